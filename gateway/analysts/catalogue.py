"""The catalogue of open data: DCAT 3 in JSON-LD, a series a dataset, a dataset a vintage of a month. Pure."""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

from processors.statistics.datasets import DATASETS, Dataset
from processors.statistics.publishing.shelf import Released, Stored

Json: TypeAlias = dict[str, Any]
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
RIGHTS = "CC BY 4.0 is assumed: whoever runs this bus has to confirm it (仮定。運用者の確認が必要です)."
JAPANESE = "http://publications.europa.eu/resource/authority/language/JPN"
JAPAN = "http://publications.europa.eu/resource/authority/country/JPN"
MONTHLY = "http://publications.europa.eu/resource/authority/frequency/MONTHLY"
IANA = "https://www.iana.org/assignments/media-types/"
SHA256 = "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"
CONTEXT: Json = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def document(origin: str, releases: Sequence[Released], files: Iterable[Stored]) -> Json:
    """``origin``: of the addresses in it."""
    stored = list(files)
    known = [each for each in releases if each.dataset in DATASETS]
    about = {
        "@context": CONTEXT,
        "@id": f"{origin}/data/catalogue.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": [_said("回覧 公表統計の目録", "ja"), _said("Kairan: catalogue of released statistics", "en")],
        "dct:description": _said("Moves, births, deaths, households, taxes by month; small counts are hidden.", "en"),
        "dcat:service": _service(origin),
        "dcat:dataset": [
            *(_series(origin, each) for each in DATASETS.values()),
            *(_dataset(origin, each, [file for file in stored if file.release == each.number]) for each in known),
        ],
    }
    newest = max((each.released for each in known), default=None)
    return about | _owned() | ({} if newest is None else {"dct:modified": _instant(newest)})


def _owned() -> Json:
    return {
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": "Kairan"},
        "dct:license": {"@id": LICENCE},
        "dct:rights": {"@type": "dct:RightsStatement", "dct:description": RIGHTS},
        "dct:language": {"@id": JAPANESE},
    }


def _service(origin: str) -> Json:
    return {
        "@id": f"{origin}/api/statistics",
        "@type": "dcat:DataService",
        "dct:title": _said("Query interface", "en"),
        "dcat:endpointURL": {"@id": f"{origin}/api/statistics"},
        "dcat:endpointDescription": {"@id": f"{origin}/openapi.json"},
    }


def _series(origin: str, dataset: Dataset) -> Json:
    return _owned() | {
        "@id": f"{origin}/statistics/{dataset.name}",
        "@type": "dcat:DatasetSeries",
        "dct:title": _said(dataset.title, "ja"),
        "dct:description": _said(dataset.measure, "en"),
        "dct:provenance": {"@type": "dct:ProvenanceStatement", "dct:description": dataset.basis},
        "dct:accrualPeriodicity": {"@id": MONTHLY},
        "dct:spatial": {"@id": JAPAN},
    }


def _dataset(origin: str, release: Released, files: Sequence[Stored]) -> Json:
    dataset = DATASETS[release.dataset]
    page = f"{origin}/statistics/{release.dataset}/{release.window}?vintage="
    before = {"dcat:previousVersion": {"@id": f"{page}{release.vintage - 1}"}} if release.vintage > 1 else {}
    return _owned() | before | {
        "@id": f"{page}{release.vintage}",
        "@type": "dcat:Dataset",
        "dcat:inSeries": {"@id": f"{origin}/statistics/{release.dataset}"},
        "dct:identifier": f"{release.dataset}-{release.window}-v{release.vintage}",
        "dct:title": _said(f"{dataset.title} {release.window}", "ja"),
        "dct:description": _said(dataset.measure, "en"),
        "dcat:version": str(release.vintage),
        "dct:issued": _instant(release.released),
        "dct:temporal": _period(release.window),
        "dct:spatial": {"@id": JAPAN},
        "dcat:distribution": list(_distributions(origin, release, files)),
    }  # fmt: skip


def _distributions(origin: str, release: Released, files: Sequence[Stored]) -> Iterator[Json]:
    for each in files:
        address = f"{origin}/data/{each.name}"
        yield {
            "@id": address,
            "@type": "dcat:Distribution",
            "dct:title": each.name,
            "dcat:accessURL": {"@id": f"{origin}/statistics/{release.dataset}/{release.window}"},
            "dcat:downloadURL": {"@id": address},
            "dcat:mediaType": {"@id": IANA + each.media_type.partition(";")[0]},
            "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(each.size)},
            "dct:issued": _instant(each.released),
            "dct:license": {"@id": LICENCE},
            "spdx:checksum": {
                "@type": "spdx:Checksum",
                "spdx:algorithm": {"@id": SHA256},
                "spdx:checksumValue": {"@type": "xsd:hexBinary", "@value": each.digest.hex()},
            },
        }


def _period(window: str) -> Json:
    year, month = map(int, window.split("-"))
    first, last = f"{window}-01", f"{window}-{monthrange(year, month)[1]:02}"
    return {"@type": "dct:PeriodOfTime", "dcat:startDate": _day(first), "dcat:endDate": _day(last)}


def _said(text: str, language: str) -> Json:
    return {"@language": language, "@value": text}


def _day(text: str) -> Json:
    return {"@type": "xsd:date", "@value": text}


def _instant(milliseconds: int) -> Json:
    at = datetime.fromtimestamp(milliseconds // 1000, UTC)
    return {"@type": "xsd:dateTime", "@value": at.strftime("%Y-%m-%dT%H:%M:%SZ")}
