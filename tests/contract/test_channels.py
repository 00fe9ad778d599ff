"""The channels by which residents are told, each against what it speaks to, keep one contract."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from py_vapid import Vapid02

from connectors.notices.mail import Mail, Server
from connectors.notices.page import Page
from connectors.notices.port import DELIVERED, Channel
from connectors.notices.simulators import LineSimulator, PortalSimulator
from connectors.notices.testing import MemoryChannel
from connectors.notices.webpush import SERVICES, WebPush
from kairan.keys import PushKey
from tests.contract.channel_suite import ONE, Bench, ChannelSuite, DownSuite, message
from tests.contract.mailboxes import Mailboxes
from tests.contract.pushes import PushService

KEY = Vapid02(PushKey(b"p" * 32).private_key())
SENDER = "お知らせ <notices@city.example.jp>"


class MemoryBench:
    def __init__(self) -> None:
        self.channel = MemoryChannel()
        self.leave, self.occupy = self.channel.gone.add, self.channel.busy.add

    def target(self, person: str) -> dict[str, Any]:
        return {"to": person}

    def received(self) -> list[tuple[str, str, str, bytes]]:
        return [(each.target["to"], each.title, each.body, each.id) for each in self.channel.sent]


class SimulatorBench:
    def __init__(self, channel: LineSimulator | PortalSimulator, folder: Path) -> None:
        self.channel = channel
        self._name = folder / channel.name

    def target(self, person: str) -> dict[str, Any]:
        return {"user": person}

    def leave(self, person: str) -> None:
        self._name.with_suffix(".left").write_text(f"{person}\n")

    def occupy(self, person: str) -> None:
        self._name.with_suffix(".busy").write_text(f"{person}\n")

    def received(self) -> list[tuple[str, str, str, bytes]]:
        path = self._name.with_suffix(".jsonl")
        lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        return [(each["user"], each["title"], each["body"], bytes.fromhex(each["id"])) for each in lines]


class MailBench:
    def __init__(self, mailboxes: Mailboxes) -> None:
        self._mailboxes = mailboxes
        self.channel = Mail(Server("127.0.0.1", mailboxes.port, SENDER, security="none"))

    def target(self, person: str) -> dict[str, Any]:
        return {"mailbox": f"{person}@mail.example.jp"}

    def leave(self, person: str) -> None:
        self._mailboxes.left.add(f"{person}@mail.example.jp")

    def occupy(self, person: str) -> None:
        self._mailboxes.busy.add(f"{person}@mail.example.jp")

    def received(self) -> list[tuple[str, str, str, bytes]]:
        return [
            (to.partition("@")[0], each["Subject"], each.get_content().splitlines()[2],
             bytes.fromhex(each["Message-ID"][1:33]))
            for to, each in self._mailboxes.letters
        ]  # fmt: skip


class PushBench:
    def __init__(self, service: PushService) -> None:
        self._service = service
        self.client = httpx.Client(trust_env=False)
        self.channel = WebPush(KEY, "push@city.example.jp", self.client, {service.origin, *SERVICES})

    def target(self, person: str) -> dict[str, Any]:
        return self._service.subscription(person)

    def leave(self, person: str) -> None:
        self._service.answers[person] = (410, {})

    def occupy(self, person: str) -> None:
        self._service.answers[person] = (503, {})

    def received(self) -> list[tuple[str, str, str, bytes]]:
        return [
            (each.browser, each.told["title"], each.told["body"], bytes.fromhex(each.told["tag"]))
            for each in self._service.pushed
        ]


class TestMemoryChannel(ChannelSuite, DownSuite):
    @pytest.fixture
    def bench(self) -> Bench:
        return MemoryBench()

    @pytest.fixture
    def down(self) -> Channel:
        channel = MemoryChannel()
        channel.down_after = 0
        return channel


class TestLineSimulator(ChannelSuite, DownSuite):
    @pytest.fixture
    def bench(self, tmp_path: Path) -> Bench:
        return SimulatorBench(LineSimulator(tmp_path), tmp_path)

    @pytest.fixture
    def down(self, tmp_path: Path) -> Channel:
        (tmp_path / "line.down").touch()
        return LineSimulator(tmp_path)


class TestPortalSimulator(ChannelSuite, DownSuite):
    @pytest.fixture
    def bench(self, tmp_path: Path) -> Bench:
        return SimulatorBench(PortalSimulator(tmp_path), tmp_path)

    @pytest.fixture
    def down(self, tmp_path: Path) -> Channel:
        (tmp_path / "portal.down").touch()
        return PortalSimulator(tmp_path)


class TestMail(ChannelSuite, DownSuite):
    @pytest.fixture
    def bench(self) -> Iterator[Bench]:
        with Mailboxes() as mailboxes:
            yield MailBench(mailboxes)

    @pytest.fixture
    def down(self) -> Channel:
        with Mailboxes() as mailboxes:
            port = mailboxes.port
        return Mail(Server("127.0.0.1", port, SENDER, security="none"))


class TestWebPush(ChannelSuite):
    """It has many other sides: one that is down delays only its own browsers (``test_web_push.py``)."""

    @pytest.fixture
    def bench(self) -> Iterator[Bench]:
        with PushService() as service:
            bench = PushBench(service)
            yield bench
            bench.client.close()


def test_on_the_page_everything_is_delivered_and_nothing_leaves() -> None:
    assert [DELIVERED] * 2 == list(Page().send([message(MemoryBench(), ONE)] * 2))
