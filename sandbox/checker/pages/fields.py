"""The hidden fields of a page's forms, which a browser sends back; pure."""

from html.parser import HTMLParser


def fields(markup: str) -> dict[str, str]:
    """Name and value of every ``input`` that has both."""
    reader = _Reader()
    reader.feed(markup)
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "input" and "name" in given and "value" in given:
            self.found.setdefault(given["name"], given["value"])
