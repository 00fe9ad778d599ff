"""
Simulators of LINE and of マイナポータル: they send nothing to anybody.

Neither can be reached without a contract (LINE公式アカウント; マイナポータル お知らせ), so what would go there is
written to a file that tests and the demo read. Nothing here knows the real interfaces; a connector that speaks to them
takes these places behind the same port.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from connectors.notices.port import DELIVERED, GONE, DownError, Later, Message, Outcome


class _Simulator:
    """
    Its files in the folder: ``<name>.jsonl``, a line for each message it took.

    What tests and the demo may put beside it: ``<name>.left`` and ``<name>.busy`` (a user a line: gone, or not now) and
    ``<name>.down`` (nothing goes at all).
    """

    name = ""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, messages: Iterable[Message]) -> Iterator[Outcome]:
        for message in messages:
            if self._file("down").exists():
                raise DownError(f"the simulator of {self.name} was told to be down")
            yield self._sent(message)

    def _sent(self, message: Message) -> Outcome:
        user = message.target.get("user")
        if not isinstance(user, str) or not user.isprintable() or user in self._listed("left"):
            return GONE
        if user in self._listed("busy"):
            return Later()
        self._write(user, message)
        return DELIVERED

    def _write(self, user: str, message: Message) -> None:
        line = {"id": message.id.hex(), "user": user, "title": message.title, "body": message.body}
        told = line | {"language": message.language, "link": message.link, "at": message.at}
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._file("jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(told, ensure_ascii=False) + "\n")

    def _listed(self, what: str) -> list[str]:
        path = self._file(what)
        return path.read_text(encoding="utf-8").split("\n") if path.exists() else []

    def _file(self, ending: str) -> Path:
        return self._folder / f"{self.name}.{ending}"


class LineSimulator(_Simulator):
    """In the place of LINE; the target's ``user`` is whatever the demo calls her account."""

    name = "line"


class PortalSimulator(_Simulator):
    """In the place of マイナポータル's お知らせ; the target's ``user`` is whatever the demo calls her account."""

    name = "portal"
