"""The front door and the development provider in one process, as supervisor starts it, and a browser before them."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from html import unescape
from pathlib import Path
from queue import Queue

import httpx

from kairan.settings import Settings
from operations.stack import front
from operations.stack.home import Home

COMMAND = [sys.executable, "-m", "operations.stack.hosting", "front", "gateway", "sandbox.provider"]


class Served:
    """The process, as supervisor starts it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        home = Home(settings.home)
        self.noted = front.settle(home, is_local=True, given={}, free=lambda port: port != front.PREFERRED)
        checkout = str(Path(__file__).parents[2])
        its = {"KAIRAN_HOME": str(home.folder), "PYTHONPATH": checkout}
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("KAIRAN_")}
        self._environment = inherited | its | front.environment(home, {})
        self.browsers: list[Browser] = []
        self.start()

    def browser(self) -> "Browser":
        self.browsers.append(Browser(self))
        return self.browsers[-1]

    def start(self) -> None:
        self.process = subprocess.Popen(COMMAND, env=self._environment)
        await_true(lambda: front.answers(self.noted) or self.process.poll() is not None)
        assert self.process.poll() is None

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def await_true(is_so: Callable[[], bool], seconds: float = 60) -> None:
    """Raises AssertionError: it was not so in time."""
    pause, left = threading.Event(), seconds / 0.05
    while not is_so():
        left -= 1
        assert left > 0, "not in time"
        pause.wait(0.05)


class Browser:
    """Keeps cookies as a browser does that takes localhost for a safe place; follows redirects one by one."""

    def __init__(self, served: Served) -> None:
        self.origin, self.provider = served.noted.front_door, served.noted.provider
        self.cookies: dict[str, str] = {}
        self.client = httpx.Client(timeout=30)

    def send(self, method: str, address: str, **given: str) -> httpx.Response:
        is_ours = address.startswith("/")
        headers = {"Origin": self.origin, "Accept-Language": "ja"} | (self.cookie() if is_ours else {})
        answer = self.client.request(
            method, self.origin + address if is_ours else address, headers=headers, data=given or None
        )
        for each in answer.headers.get_list("set-cookie"):
            name, _, value = each.partition(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
        return answer

    def cookie(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items() if value)}

    def get(self, address: str) -> httpx.Response:
        return self.send("GET", address)

    def sign_in(self, name: str, wanted: str = "duties") -> httpx.Response:
        """The answer to what the provider sent it back with."""
        chooser = self.get(self.get(f"/sign-in/start?to={wanted}").headers["Location"])
        hidden = {key: unescape(its) for key, its in re.findall(r'name="([a-z_]+)" value="([^"]*)"', chooser.text)}
        [subject] = re.findall(rf'value="([^"]*)">{re.escape(name)}<', chooser.text)
        chosen = self.send("POST", f"{self.provider}/authorize", **(hidden | {"subject": subject}))
        return self.get(chosen.headers["Location"].removeprefix(self.origin))

    def follow(self, lines: Queue[str]) -> None:
        """What comes on the live page, line by line, until it is over; then ``end``."""
        address = f"{self.origin}/my/notices/live"
        with self.client.stream("GET", address, headers=self.cookie()) as answer:
            for line in answer.iter_lines():
                lines.put(line)
                if line == "event: over":
                    break
        lines.put("end")
