"""Staff's provider as the environment names it: right, or refused with the field and the rule, and never the value."""

from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from gateway.desks import opening
from gateway.desks.account import Terms
from gateway.desks.development import NotLocalError
from gateway.desks.settings import StaffSettingError, StaffSettings, read_roles
from gateway.desks.staff import Role
from gateway.sign_in.provider import Client
from kairan.postgres import Connection
from kairan.settings import Settings
from sandbox.register import for_municipalities

ROLES = "group,role\nwindow,desk\nguardians,protection\nmachines,operator\neverybody,none\n"
GROUPS = {"window": Role.DESK, "guardians": Role.PROTECTION, "machines": Role.OPERATOR, "everybody": None}
BACK = "https://desks.example/done"


class Given:
    """What the environment says of staff's provider: right, until a test sets something else."""

    def __init__(self, folder: Path, environment: pytest.MonkeyPatch) -> None:
        self.folder, self.environment = folder, environment
        files = {"secret": b"whisper\n", "empty": b"\n", "bytes": b"\xff", "roles.csv": ("\ufeff" + ROLES).encode()}
        for name, content in files.items():
            (folder / name).write_bytes(content)
        self.set(ISSUER="https://staff.example", SECRET_FILE="{}/secret", ROLES_FILE="{}/roles.csv")

    def set(self, **values: str) -> None:
        for name, value in values.items():
            self.environment.setenv(f"KAIRAN_STAFF_{name}", value.format(self.folder))

    def opened(self) -> None:
        desks(self.folder)


def nobody() -> AbstractContextManager[Connection]:
    raise NotImplementedError


def desks(home: Path, origin: str = "http://localhost:8080") -> None:
    opening.desks(
        Settings(home=home, bootstrap=None, postgres="host=nowhere"),
        origin,
        nobody,
        opening.Residents(lambda _: frozenset()),
    )


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Given:
    return Given(tmp_path, monkeypatch)


def test_a_provider_is_named_by_the_environment_and_its_groups_by_a_file(given: Given) -> None:
    named = StaffSettings()

    assert named.is_given
    assert Client("https://staff.example", "kairan-desks", BACK, "whisper", "openid") == named.client(BACK)
    assert Terms(GROUPS, "member", "roles", "clerk") == named.terms()
    assert (given.folder / "secret").read_text().strip() not in repr(named.client(BACK))


def test_claims_and_scopes_have_the_names_that_the_provider_gives_them(given: Given) -> None:
    given.set(CLIENT_ID="k", SCOPE="openid staff", MEMBER_CLAIM="t", ROLES_CLAIM="g", CLERK_CLAIM="n")
    named = StaffSettings()

    assert ("k", "openid staff") == (named.client(BACK).client_id, named.client(BACK).scope)
    assert Terms(GROUPS, "t", "g", "n") == named.terms()


WRONG = [
    ("ISSUER", "", "ISSUER: an address by https"),
    ("ISSUER", "http://staff.example", "ISSUER: an address by https"),
    ("CLIENT_ID", "", "CLIENT_ID: a name"),
    ("SCOPE", "staff", "SCOPE: has openid"),
    ("SECRET_FILE", "/nowhere/whisper", "SECRET_FILE: a file that can be read"),
    ("SECRET_FILE", "{}/empty", "SECRET_FILE: a file that is not empty"),
    ("SECRET_FILE", "{}/bytes", "SECRET_FILE: a file that can be read"),
    ("ROLES_FILE", "/nowhere/whisper", "ROLES_FILE: a file that can be read"),
    ("ROLES_FILE", "{}/empty", "ROLES_FILE line 1: group,role"),
    ("CLERK_CLAIM", "", "CLERK_CLAIM: a name"),
    ("CLERK_CLAIM", "member", "…_CLAIM: three different names"),
]


@pytest.mark.parametrize(("name", "value", "said"), WRONG)
def test_what_is_named_wrongly_opens_no_desk_and_says_which_field_and_rule(
    given: Given, name: str, value: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given.set(**{name: value})
    with pytest.raises(StaffSettingError) as why:
        given.opened()
    logged = "".join(capsys.readouterr())

    assert str(why.value).startswith(f"KAIRAN_STAFF_{said}")
    assert why.value.field in logged
    assert why.value.rule in logged
    assert "whisper" not in logged + str(why.value)


@pytest.mark.parametrize("name", ["SECRET_FILE", "ROLES_FILE"])
def test_a_file_that_is_not_named_is_none(given: Given, name: str) -> None:
    given.environment.delenv(f"KAIRAN_STAFF_{name}")
    with pytest.raises(StaffSettingError, match=name):
        given.opened()


def test_half_a_provider_is_a_mistake_and_no_reason_for_the_sign_in_of_development(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KAIRAN_STAFF_CLIENT_ID", "desks")
    with pytest.raises(StaffSettingError, match="KAIRAN_STAFF_ISSUER"):
        desks(tmp_path)


def test_without_a_provider_there_are_no_desks_where_people_live(tmp_path: Path) -> None:
    with pytest.raises(NotLocalError):
        desks(tmp_path, "https://desks.example")


def test_whose_members_are_at_work_may_sign_in(tmp_path: Path) -> None:
    states = {"131237": "active", "122033": "draining", "143014": "left", "202011": "prepared"}
    there = for_municipalities(states)
    rows = tuple(each.model_copy(update={"state": states.get(each.code, "active")}) for each in there.members)
    later = rows[0].model_copy(update={"state": "active", "code": "272272", "valid_from": 2**53})
    there.model_copy(update={"members": (*rows, later)}).save(tmp_path / "register")

    assert {"131237", "122033"} == opening.members(Settings(home=tmp_path))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: group,role"),
        ("role,group\nwindow,desk\n", "line 1: group,role"),
        ("group,role\n", "a role for one group at least"),
        ("group,role\neverybody,none\n", "a role for one group at least"),
        ("group,role\nwindow,desk\nwindow,none\n", "each group in one line only"),
        ("group,role\nwindow,desk\n\n", "line 3: two columns"),
        ("group,role\nwindow,desk,operator\n", "line 2: two columns"),
        ("group,role\nwindow,mayor\n", "line 2 role: one of desk, protection, operator, none"),
        ("group,role\nwindow,\n", "line 2 role: one of"),
        ("group,role\n,desk\n", "line 2 group: a name"),
        ("group,role\nwindow ,desk\n", "line 2 group: a name"),
    ],
)
def test_a_file_of_roles_that_is_wrong_says_where_and_by_which_rule(text: str, said: str) -> None:
    with pytest.raises(StaffSettingError, match=said) as why:
        read_roles(text)

    assert "mayor" not in str(why.value)
    assert "window" not in str(why.value)
