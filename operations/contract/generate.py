"""
Writes from the catalogue: ``schemas/avro`` (current), ``schemas/released`` (append-only), ``schemas/index.json``.

A shape that differs from its last release in more than words gets the next release, and with it another schema id.
"""

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from kairan.shapes import self_contained
from operations.contract.catalogue import Catalogue, Definition, Top, read

SCHEMAS = Path(str(files("schemas")))


def build(folder: Path = SCHEMAS, catalogue: Catalogue | None = None) -> list[str]:
    """Writes what is missing or stale; the paths written."""
    written = []
    for path, text in generated(catalogue or read(), released(folder)).items():
        target = folder / path
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
            written.append(path)
    return written


def released(folder: Path = SCHEMAS) -> dict[str, dict[int, Definition]]:
    """Full name → release → the shape as it was published."""
    found: dict[str, dict[int, Definition]] = {}
    for path in sorted(folder.glob("released/*/*.avsc")):
        found.setdefault(path.parent.name, {})[int(path.stem)] = json.loads(path.read_bytes())
    return found


def generated(catalogue: Catalogue, published: Mapping[str, Mapping[int, Definition]]) -> dict[str, str]:
    """Path → text of every file that the catalogue and what is published ask for; published ones are left out."""
    content: dict[str, str] = {}
    releases = {full_name: dict(shapes) for full_name, shapes in published.items()}
    for top in catalogue.tops:
        full_name = top.definition["name"]
        known = releases.setdefault(full_name, {})
        release = release_of(top, catalogue, known)
        current = shape_of(top, catalogue, release)
        content[f"avro/{full_name}.avsc"] = pretty(current)
        if release not in known:
            content[f"released/{full_name}/{release}.avsc"] = pretty(current)
            known[release] = current
    content["index.json"] = index(catalogue, releases)
    return content


def release_of(top: Top, catalogue: Catalogue, known: Mapping[int, Definition]) -> int:
    """The last release if it says the same, else the next one."""
    last = max(known, default=0)
    return last if last and meaning(known[last]) == meaning(shape_of(top, catalogue, last)) else last + 1


def shape_of(top: Top, catalogue: Catalogue, release: int) -> Definition:
    """The self-contained Avro schema of a shape, with its id."""
    head = {"type": "record", "name": top.definition["name"], "schema_id": top.first_id + release}
    shape: Definition = {**head, **self_contained(top.definition, catalogue.named)}
    return shape


def meaning(schema: Any) -> Any:
    """The schema without its prose: two shapes of the same meaning are one release."""
    if isinstance(schema, dict):
        return {key: meaning(value) for key, value in schema.items() if key != "doc"}
    return [meaning(each) for each in schema] if isinstance(schema, list) else schema


def index(catalogue: Catalogue, releases: Mapping[str, Mapping[int, Definition]]) -> str:
    """What a process reads at its start: the types in order, and where each id's release lies."""
    lines = sorted(
        [shape["schema_id"], full_name, number]
        for full_name, shapes in releases.items()
        for number, shape in shapes.items()
    )
    rows = ",\n".join(f"    {json.dumps(line)}" for line in lines)
    return f'{{\n  "types": {json.dumps(catalogue.types)},\n  "releases": [\n{rows}\n  ]\n}}\n'


def pretty(shape: Definition) -> str:
    return json.dumps(shape, ensure_ascii=False, indent=2) + "\n"


def files_of(folder: Path) -> Iterator[str]:
    """Every generated file that lies there."""
    for path in sorted([*folder.glob("avro/*.avsc"), *folder.glob("released/*/*.avsc"), folder / "index.json"]):
        yield str(path.relative_to(folder))
