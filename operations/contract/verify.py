"""All rules over everything that is committed."""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from pathlib import Path

from kairan.shapes import definitions
from operations.contract.catalogue import STAGES, Catalogue, Definition, read
from operations.contract.compatibility import breaches
from operations.contract.generate import SCHEMAS, digest, files_of, generated, published_index, released
from operations.contract.lints import broken, expanded

Releases = Mapping[str, Mapping[int, Definition]]


def check(folder: Path = SCHEMAS, catalogue: Catalogue | None = None) -> list[str]:
    """A sentence for each breach of the contract; empty if it holds."""
    catalogue = catalogue or read()
    current = current_shapes(folder)
    releases = released(folder)
    return [
        *(problem for shape in current.values() for problem in broken(shape)),
        *file_names(current),
        *bodies_differ(catalogue.types, current),
        *ids_repeated(releases),
        *rewritten(folder),
        *out_of_date(folder, catalogue),
        *incompatible(current, releases),
    ]


def current_shapes(folder: Path) -> dict[str, Definition]:
    """File name → shape."""
    return {path.stem: json.loads(path.read_bytes()) for path in sorted(folder.glob("avro/*.avsc"))}


def file_names(current: Mapping[str, Definition]) -> Iterator[str]:
    """A reader finds a shape by its full name."""
    for stem, shape in current.items():
        if stem != shape["name"]:
            yield f"avro/{stem}.avsc: holds {shape['name']}"


def bodies_differ(types: Iterable[str], current: Mapping[str, Definition]) -> Iterator[str]:
    """Splicing copies bytes from stage to stage: the bodies must be the same, at any depth."""
    for type_ in types:
        bodies = [expanded_body(current.get(f"kairan.{stage}.{type_}")) for stage in STAGES]
        if any(body != bodies[0] for body in bodies):
            yield f"{type_}: the bodies of statement, event and delivery differ"


def expanded_body(shape: Definition | None) -> object:
    """The body's fields with every reference replaced by its definition."""
    return shape and expanded(shape["fields"][1:], definitions(shape))


def ids_repeated(releases: Releases) -> Iterator[str]:
    """An id is given once and for ever."""
    taken: dict[int, str] = {}
    for full_name, shapes in releases.items():
        for release, shape in shapes.items():
            title = f"released/{full_name}/{release}"
            if other := taken.get(shape["schema_id"]):
                yield f"{title}: has the schema id of {other}"
            taken[shape["schema_id"]] = title


def rewritten(folder: Path) -> Iterator[str]:
    """What was published stays as it was published: the index remembers its digest."""
    for line in published_index(folder):
        path = folder / "released" / line.full_name / f"{line.release}.avsc"
        if not path.exists() or digest(path.read_text(encoding="utf-8")) != line.digest:
            yield f"released/{line.full_name}/{line.release}.avsc: a release was changed or removed"


def out_of_date(folder: Path, catalogue: Catalogue) -> Iterator[str]:
    """What is generated is what the catalogue says, no less and no more."""
    content = generated(catalogue, folder)
    for path, text in content.items():
        if not (folder / path).exists() or (folder / path).read_text(encoding="utf-8") != text:
            yield f"{path}: is not what the catalogue says; run 'kairan contract build'"
    for path in set(files_of(folder)) - content.keys():
        yield f"{path}: nothing in the catalogue or the index asks for it"


def incompatible(current: Mapping[str, Definition], releases: Releases) -> Iterator[str]:
    """FULL_TRANSITIVE: every shape reads every other of its name, released ones and the current one."""
    for full_name, shapes in releases.items():
        titled = {f"release {number}": shape for number, shape in shapes.items()}
        if full_name in current:
            titled["the current shape"] = current[full_name]
        for (one, first), (other, second) in combinations(titled.items(), 2):
            for problem in breaches(first, second):
                yield f"{full_name}: {one} and {other}: {problem}"
