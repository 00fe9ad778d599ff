"""Pages as a browser without any style reads them: what stands where, and what is not allowed anywhere."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import NamedTuple, TypeAlias

VOID = frozenset({"br", "col", "hr", "img", "input", "link", "meta"})
IN_SVG = frozenset({"circle", "line", "path", "rect"})
FIELDS = frozenset({"input", "select", "textarea"})


class Tag(NamedTuple):
    name: str
    attributes: dict[str, str]


Path: TypeAlias = tuple[Tag, ...]


class Page(HTMLParser):
    """All tags with the path to each, and the text; raises AssertionError for tags that are not closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._path: list[Tag] = []
        self.tags: list[Path] = []
        self.texts: list[str] = []
        self.feed(text)
        assert [] == self._path

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        tag = Tag(name, {key: value or "" for key, value in attributes})
        self.tags.append((*self._path, tag))
        if name not in VOID | IN_SVG:
            self._path.append(tag)

    def handle_startendtag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((*self._path, Tag(name, {key: value or "" for key, value in attributes})))

    def handle_endtag(self, name: str) -> None:
        assert self._path.pop().name == name

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append(data.strip())

    def of(self, *names: str) -> list[Tag]:
        return [path[-1] for path in self.tags if path[-1].name in names]

    @property
    def text(self) -> str:
        return "\n".join(self.texts)


def faults(text: str) -> list[str]:
    """What would keep somebody from using this page, or a browser under our CSP from showing it."""
    return list(_faults(Page(text)))


def _faults(page: Page) -> Iterator[str]:
    ids = [tag.attributes["id"] for path in page.tags for tag in path[-1:] if "id" in tag.attributes]
    labelled = {tag.attributes.get("for", "") for tag in page.of("label")}
    if [tag.attributes.get("lang") for tag in page.of("html")] in ([], [""], [None]):
        yield "no lang"
    if len(page.of("h1")) != 1:
        yield "not one h1"
    if len(ids) != len(set(ids)):
        yield "an id twice"
    for *around, tag in page.tags:
        yield from _of_tag(tag, around, labelled)


def _of_tag(tag: Tag, around: list[Tag], labelled: set[str]) -> Iterator[str]:
    its = tag.attributes
    if tag.name == "style" or "style" in its or any(name.startswith("on") for name in its):
        yield f"{tag.name}: inline style or script"
    if tag.name == "script" and "src" not in its:
        yield "a script inline"
    if tag.name == "img" and "alt" not in its:
        yield "a picture without words"
    if tag.name in FIELDS and its.get("type") not in {"hidden", "submit"} and not _is_labelled(its, around, labelled):
        yield f"{tag.name} {its.get('name')}: no label"
    if tag.name == "th" and "scope" not in its:
        yield "a heading of a table without scope"
    if tag.name == "form" and its.get("method", "get").lower() == "post" and not its.get("action"):
        yield "a form without an action"


def _is_labelled(its: dict[str, str], around: list[Tag], labelled: set[str]) -> bool:
    return its.get("id", "-") in labelled or "aria-label" in its or any(tag.name == "label" for tag in around)
