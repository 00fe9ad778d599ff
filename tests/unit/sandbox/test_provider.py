"""The development provider's process: what it is told, and when it stays away."""

from pathlib import Path

import pytest

from kairan.settings import Settings
from sandbox.development_provider import NotASandboxError, Resident
from sandbox.provider.__main__ import ProviderSettings, main, provider
from sandbox.provider.listed import Listed, Listing

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


def _never() -> bool:
    return False
