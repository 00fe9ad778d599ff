"""What the documents say is there, is there; what is there, they say."""

import re
from pathlib import Path

import pytest

from gateway.desks.settings import StaffSettings
from gateway.settings import GatewaySettings
from gateway.sign_in.settings import SignInSettings
from kairan import shapes, topics
from kairan.settings import Settings
from operations.cli import app
from operations.exit_codes import ExitCode
from operations.stack.processes import DEPLOYED, Process

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TOUR = (ROOT / "docs/tour.md").read_text(encoding="utf-8")
GLOSSARY = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
STRUCTURE = (ROOT / "docs/structure.md").read_text(encoding="utf-8")
DOCUMENTS = [README, TOUR, GLOSSARY, STRUCTURE]
ROOMS = ("schemas", "kairan", "connectors", "producers", "processors", "gateway", "sandbox", "operations")


@pytest.mark.parametrize("event", shapes.TYPES)
def test_each_event_is_in_the_glossary(event: str) -> None:
    assert f"`{event}`" in GLOSSARY


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_is_in_the_readme_and_in_the_structure(room: str) -> None:
    assert f"`{room}/`" in README
    assert f"`{room}/`" in STRUCTURE


@pytest.mark.parametrize("process", DEPLOYED, ids=lambda process: process.name)
def test_each_process_has_its_entry_and_stands_in_the_tour(process: Process) -> None:
    entry = f"{process.module.replace('.', '/')}/__main__.py"

    assert (ROOT / entry).is_file()
    assert entry in TOUR


def test_every_linked_file_exists() -> None:
    linked = {link for link in re.findall(r"\]\(([^)#:]+)\)", README) if not link.startswith("http")}

    assert set() == {link for link in linked if not (ROOT / link).exists()}


def test_every_file_of_the_tour_exists() -> None:
    """A path with a folder is one from the root; a bare name belongs to the folder that was named last."""
    named = re.findall(r"`((?:[\w]+/)+[\w.]+\.(?:py|sql|csv))`", TOUR)

    assert named
    assert set() == {path for path in named if not (ROOT / path).exists()}


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`kairan ([a-z]+)", README + TOUR))))
def test_every_command_that_is_named_exists(command: str) -> None:
    assert command in set(app)


@pytest.mark.parametrize("code", ExitCode, ids=lambda code: code.name)
def test_each_exit_status_is_in_the_readme(code: ExitCode) -> None:
    assert f"\n| {code.value} | " in README


@pytest.mark.parametrize("kind", topics.TABLE, ids=lambda kind: kind.pattern)
def test_each_topic_has_a_writer_a_reader_and_a_reason(kind: topics.Kind) -> None:
    assert kind.writers
    assert kind.readers
    assert kind.why


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs/adr").glob("*.md"))]

    assert list(range(1, len(numbers) + 1)) == numbers


NAME = r"[a-z0-9._-]+"
WHY = rf"{NAME}( \(pyproject\.toml(:dev)?\))?|-r locks/{NAME}"
LOCKED = "|".join(
    (
        rf"{NAME}(\[[a-z0-9,-]+\])?==[a-z0-9.+!]+( ; [a-zA-Z0-9_.'()<>=!, ]+)? \\",  # a package and its version
        r"    --hash=sha256:[0-9a-f]{64}( \\)?",  # one of its hashes
        rf"    # via|    #( via|  ) ({WHY})",  # who wants it
    )
)


def test_a_lock_holds_versions_and_hashes_and_nothing_of_where_they_came_from() -> None:
    locks = {path.name: path.read_text(encoding="utf-8").splitlines() for path in (ROOT / "locks").glob("*.lock")}

    assert len(locks) > 1
    assert [] == [(name, line) for name, lines in locks.items() for line in lines if not re.fullmatch(LOCKED, line)]


MANIFEST = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "deploy/k8s").glob("*.yaml")))


@pytest.mark.parametrize("process", DEPLOYED, ids=lambda process: process.name)
def test_each_process_is_deployed(process: Process) -> None:
    words = re.escape(", ".join((process.module, *process.arguments)))

    assert f"  name: {process.name}\n" in MANIFEST
    assert re.search(rf'args: \[{words}(, "\$\(WORKER\)/[0-9]+")?\]', MANIFEST)


@pytest.mark.parametrize("setting", Settings.model_fields)
def test_each_setting_is_in_the_manifests(setting: str) -> None:
    assert f"KAIRAN_{setting.upper()}" in MANIFEST


FRONT_DOOR = (ROOT / "deploy/k8s/gateway.yaml").read_text(encoding="utf-8")
ITS_SETTINGS = [
    f"{its.model_config['env_prefix']}{name.upper()}"
    for its in (GatewaySettings, SignInSettings, StaffSettings)
    for name in its.model_fields
]


@pytest.mark.parametrize("setting", ITS_SETTINGS)
def test_each_setting_of_the_front_door_is_in_its_manifest(setting: str) -> None:
    assert f"{{name: {setting}, value: " in FRONT_DOOR


def test_the_front_door_is_watched_where_it_answers_and_its_secrets_are_files() -> None:
    probes = re.findall(r"(startup|readiness|liveness)Probe:.*\n +httpGet: {path: ([^,]+),", FRONT_DOOR)

    assert [("startup", "/health"), ("readiness", "/ready"), ("liveness", "/health")] == probes
    assert ["KAIRAN_POSTGRES"] == re.findall(r"name: (\w+)\n +valueFrom: {secretKeyRef", FRONT_DOOR)
