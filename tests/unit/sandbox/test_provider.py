"""The development provider's process: what it is told, and when it stays away."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from joserfc import jwt
from starlette.testclient import TestClient

from kairan.settings import Settings
from sandbox.development_provider import CODE_SECONDS, NotASandboxError, Resident
from sandbox.provider.__main__ import ProviderSettings, main, provider
from sandbox.provider.listed import Listed, Listing
from tests.unit.gateway.residing import CLIENT
from tests.unit.gateway.residing import provider as with_clock

BACK = "http://localhost:8080/sign-in/done"


def told(folder: Path) -> ProviderSettings:
    (folder / "secret").write_text("secret\n", encoding="utf-8")
    return ProviderSettings(issuer="http://localhost:8090", client_id="us", secret_file=folder / "secret", back=BACK)


def test_it_offers_who_was_enrolled_to_the_one_client_that_it_was_told_of(tmp_path: Path) -> None:
    its = provider(Settings(home=tmp_path, bootstrap=None, postgres=None), told(tmp_path))
    Listing(tmp_path).put(Listed("s1", "Aoi", "131237", "1"))

    assert ("http://localhost:8090", "us", BACK, "secret") == (its.issuer, its.client_id, its.redirect_uri, its.secret)
    assert [Resident("s1", "Aoi")] == list(its.people)


def test_it_is_not_where_people_may_live(tmp_path: Path) -> None:
    with pytest.raises(NotASandboxError):
        provider(Settings(home=tmp_path, bootstrap=None, postgres="host=db"), told(tmp_path))


def test_where_nobody_wants_it_it_ends_by_itself_and_nothing_else_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KAIRAN_DEVELOPMENT_PROVIDER_ISSUER", raising=False)
    main(Settings(home=tmp_path), _never)

    assert [] == list(tmp_path.iterdir())


def given(at: int, later: int) -> Mapping[str, Any] | None:
    """What the token of a code says that is exchanged so many seconds later."""
    clock = [at]
    its = with_clock(lambda: clock[0])
    challenge = urlsafe_b64encode(sha256(b"verifier").digest()).rstrip(b"=").decode()
    asked = {
        "client_id": CLIENT.client_id, "redirect_uri": CLIENT.redirect_uri, "state": "s", "nonce": "n",
        "code_challenge": challenge, "prompt": "login", "max_age": "0", "subject": "aoi",
    }  # fmt: skip
    with TestClient(its.app(), follow_redirects=False) as there:
        back = there.post("/authorize", data=asked).headers["Location"]
        clock[0] += later
        code = dict(parse_qsl(urlsplit(back).query))["code"]
        form = {"code": code, "code_verifier": "verifier", "redirect_uri": CLIENT.redirect_uri}
        answer = there.post("/token", data=form, auth=(CLIENT.client_id, CLIENT.secret))
    return jwt.decode(answer.json()["id_token"], its.key).claims if answer.status_code == 200 else None


def test_it_says_when_somebody_chose_who_she_is_and_remembers_that_nowhere() -> None:
    said = given(1000, later=CODE_SECONDS)

    assert said
    assert (1000, 1000 + CODE_SECONDS) == (said["auth_time"], said["iat"])


def test_its_code_is_good_for_a_minute() -> None:
    assert given(1000, later=CODE_SECONDS + 1) is None


def _never() -> bool:
    return False
