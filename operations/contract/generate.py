"""
Writes from the catalogue: ``schemas/avro`` (current), ``schemas/released`` (append-only), ``schemas/index.json``.

A shape that differs from its last release in more than words gets the next release, and with it another schema id.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from kairan.shapes import self_contained
from operations.contract.catalogue import Catalogue, Definition, Top, read

SCHEMAS = Path(str(files("schemas")))


class Line(NamedTuple):
    """A line of the index: a release, with the digest of its file."""

    schema_id: int
    full_name: str
    release: int
    digest: str


def build(folder: Path = SCHEMAS, catalogue: Catalogue | None = None) -> list[str]:
    """Writes what is missing or stale; the paths written."""
    written = []
    for path, text in generated(catalogue or read(), folder).items():
        target = folder / path
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
            written.append(path)
    return written


def generated(catalogue: Catalogue, folder: Path) -> dict[str, str]:
    """Path → text of every file there should be, but for what is published already: that is never written again."""
    lines = published_index(folder)
    content: dict[str, str] = {}
    for top in catalogue.tops:
        known = {line.release: _published(folder, line) for line in lines if line.full_name == top.definition["name"]}
        release = release_of(top, catalogue, known)
        shape = shape_of(top, catalogue, release)
        content[f"avro/{shape['name']}.avsc"] = pretty(shape)
        if release not in known:
            content[f"released/{shape['name']}/{release}.avsc"] = pretty(shape)
            lines.append(Line(shape["schema_id"], shape["name"], release, digest(pretty(shape))))
    content["index.json"] = index(catalogue, lines)
    return content


def published_index(folder: Path) -> list[Line]:
    """What was released so far."""
    path = folder / "index.json"
    return [Line(*line) for line in json.loads(path.read_bytes())["releases"]] if path.exists() else []


def released(folder: Path) -> dict[str, dict[int, Definition]]:
    """Full name → release → the shape as its file has it."""
    found: dict[str, dict[int, Definition]] = {}
    for path in sorted(folder.glob("released/*/*.avsc")):
        found.setdefault(path.parent.name, {})[int(path.stem)] = json.loads(path.read_bytes())
    return found


def _published(folder: Path, line: Line) -> Definition:
    """The release's shape; empty when somebody removed it, which ``check`` says."""
    path = folder / "released" / line.full_name / f"{line.release}.avsc"
    shape: Definition = json.loads(path.read_bytes()) if path.exists() else {}
    return shape


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


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


def index(catalogue: Catalogue, lines: list[Line]) -> str:
    """What a process reads at its start: the types in order, and where each id's release lies."""
    rows = ",\n".join(f"    {json.dumps(line)}" for line in sorted(lines))
    return f'{{\n  "types": {json.dumps(catalogue.types)},\n  "releases": [\n{rows}\n  ]\n}}\n'


def pretty(shape: Definition) -> str:
    return json.dumps(shape, ensure_ascii=False, indent=2) + "\n"


def files_of(folder: Path) -> Iterator[str]:
    """Every shape that lies there and is not in the index."""
    published = {f"released/{line.full_name}/{line.release}.avsc" for line in published_index(folder)}
    for path in sorted([*folder.glob("avro/*.avsc"), *folder.glob("released/*/*.avsc")]):
        if (name := path.relative_to(folder).as_posix()) not in published:
            yield name
