"""What stands together on a page: rows, items, paragraphs, each with its text and where it leads; pure."""

from html.parser import HTMLParser
from typing import NamedTuple

ALONE = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
FRAME = frozenset({"header", "nav", "footer", "head"})
"""The same on every page of whoever is signed in."""
TOGETHER = FRAME | {"tr", "li", "dl", "p", "article", "section", "figure", "form", "h1", "h2", "h3"}
"""Whatever stands inside the innermost of these is said of one thing; a list of pairs (dl) is of one thing, too."""


class Block(NamedTuple):
    """``links``: the addresses in it that a click opens; ``is_frame``: it stands on every page."""

    text: str
    links: tuple[str, ...]
    is_frame: bool = False


def blocks(markup: str) -> list[Block]:
    """All of a page, in the order in which they end; what stands in none of them is one of its own."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return reader.ended()


class _Open:
    """A block that has not ended; the first of all has no tag and ends with the page."""

    def __init__(self, tag: str, *, is_frame: bool) -> None:
        self.tag, self.is_frame = tag, is_frame
        self.texts, self.links = list[str](), list[str]()

    def block(self) -> Block:
        return Block(" ".join(self.texts), tuple(self.links), self.is_frame)


class _Reader(HTMLParser):
    """Attributes count as text: a title, a value or a label tells as well as a word does."""

    def __init__(self) -> None:
        super().__init__()
        self._path: list[str] = []
        self._open = [_Open("", is_frame=False)]
        self._ended: list[Block] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALONE:
            self._path.append(tag)
        if tag in TOGETHER:
            self._open.append(_Open(tag, is_frame=not FRAME.isdisjoint(self._path)))
        self._open[-1].texts += [value for _, value in attrs if value]
        self._open[-1].links += [value for name, value in attrs if tag == "a" and name == "href" and value]

    def handle_endtag(self, tag: str) -> None:
        if tag in self._path:
            while self._path.pop() != tag:
                pass
        if tag in TOGETHER and any(each.tag == tag for each in self._open):
            while (over := self._open.pop()).tag != tag:
                self._ended.append(over.block())
            self._ended.append(over.block())

    def handle_data(self, data: str) -> None:
        if data.strip():
            self._open[-1].texts.append(data.strip())

    def ended(self) -> list[Block]:
        return self._ended + [each.block() for each in reversed(self._open)]
