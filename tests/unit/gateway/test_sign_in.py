"""Who comes through the door: whom the provider vouches for, to us, now, in this browser, and whom we know."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from joserfc.jwk import ECKey, Key, OctKey, RSAKey

from gateway.residents.enrolling import Subject
from gateway.residents.sessions import Session
from gateway.sign_in.attempts import MILLISECONDS
from gateway.sign_in.browser import digest
from gateway.sign_in.door import ENROLMENT
from gateway.sign_in.provider import AGAIN_SECONDS, Client, Provider, is_safe
from gateway.sign_in.refusals import RefusedSignInError
from gateway.sign_in.tokens import LEEWAY
from kairan.identifiers import Handle
from tests.unit.gateway.signing_in import AOI, ISSUER, KEY, NOW, Liar, Play, half_hash


def refused(play: Play, **answer: str) -> str:
    with pytest.raises(RefusedSignInError) as why:
        play.sign_in(**answer)

    assert frozenset() == play.sessions.people()
    return why.value.code


def test_whom_the_provider_vouches_for_gets_a_session_and_the_page_that_was_wanted() -> None:
    play = Play()
    opened = play.sign_in()
    key = digest(opened.token)

    assert ("notices", Session(key, AOI, play.now, play.now)) == (opened.to, play.sessions.find(key, play.now))


def test_each_sign_in_asks_for_a_secret_of_its_own_and_for_nothing_but_who_it_is() -> None:
    play = Play()
    one, other = play.door.begin("notices"), play.door.begin("notices")

    assert 0 == len(set(one) & set(other))
    assert "scope=openid&" in one[1]
    assert "code_challenge_method=S256" in one[1]


def test_a_state_of_another_attempt_is_refused() -> None:
    assert "state" == refused(Play(), state="of-another")
    assert "state" == refused(Play(), state="")
    assert "state" == refused(Play(), state="ü")


def test_an_answer_that_another_browser_brings_is_refused() -> None:
    play = Play()
    _, told = play.begin()
    mine, _ = play.begin()
    with pytest.raises(RefusedSignInError, match="state"):
        play.door.finish(mine, told)
    with pytest.raises(RefusedSignInError, match="no_attempt"):
        play.door.finish("", told)


def test_an_answer_that_is_played_again_is_refused() -> None:
    play = Play()
    secret, told = play.begin()
    play.door.finish(secret, told)
    with pytest.raises(RefusedSignInError, match="no_attempt"):
        play.door.finish(secret, told)


def test_a_wrong_answer_ends_the_attempt() -> None:
    play = Play()
    secret, told = play.begin()
    with pytest.raises(RefusedSignInError, match="state"):
        play.door.finish(secret, told | {"state": "guessed"})
    with pytest.raises(RefusedSignInError, match="no_attempt"):
        play.door.finish(secret, told)


def test_an_answer_that_took_too_long_is_refused() -> None:
    play = Play()
    secret, told = play.begin()
    play.now += MILLISECONDS + 1
    with pytest.raises(RefusedSignInError, match="attempt_too_old"):
        play.door.finish(secret, told)


def test_a_code_that_was_asked_for_by_somebody_else_is_worth_nothing() -> None:
    play = Play()
    secret, told = play.begin()
    play.liar.challenge = "of-somebody-else"
    with pytest.raises(RefusedSignInError, match="provider_refused"):
        play.door.finish(secret, told)


def test_an_answer_of_another_provider_is_refused() -> None:
    assert "answer_issuer" == refused(Play(), iss="https://other.example")


def test_a_provider_that_names_itself_always_does() -> None:
    names_itself = {"authorization_response_iss_parameter_supported": True}

    assert "answer_issuer" == refused(Play(Liar(document=names_itself)))
    assert "notices" == Play(Liar(document=names_itself)).sign_in(iss=ISSUER).to


def test_a_provider_that_says_no_signs_nobody_in() -> None:
    assert "provider_said_no" == refused(Play(), error="access_denied")
    assert "provider_said_no" == refused(Play(), code="")


WRONG: list[tuple[str, Mapping[str, Any]]] = [
    ("token_iss", {"iss": "https://other.example"}),
    ("token_iss", {"iss": ISSUER + "/"}),
    ("token_iss", {"iss": None}),
    ("token_aud", {"aud": "somebody-else"}),
    ("token_aud", {"aud": ["kairan", "somebody-else"], "azp": "kairan"}),
    ("token_aud", {"aud": []}),
    ("token_aud", {"aud": None}),
    ("token_azp", {"azp": "somebody-else"}),
    ("token_nonce", {"nonce": "of-another-attempt"}),
    ("token_nonce", {"nonce": None}),
    ("token_exp", {"exp": NOW - 61}),
    ("token_exp", {"exp": None}),
    ("token_exp", {"exp": "tomorrow"}),
    ("token_iat", {"iat": NOW + 3600}),
    ("token_iat", {"iat": NOW - 3600}),
    ("token_iat", {"iat": None}),
    ("token_nbf", {"nbf": NOW + 3600}),
    ("token_at_hash", {"at_hash": half_hash("of another token")}),
    ("token_sub", {"sub": None}),
    ("token_sub", {"sub": ""}),
    ("token_sub", {"sub": 7}),
    ("token_sub", {"sub": "a" * 256}),
]


@pytest.mark.parametrize(("code", "claims"), WRONG)
def test_a_token_that_says_something_else_is_refused(code: str, claims: Mapping[str, Any]) -> None:
    assert code == refused(Play(Liar(claims=claims)))


def enrolled(*, proved: object, began: int = NOW) -> str:
    """What comes of a sign-in that began at ``/enrol``; ``proved``: when she proved who she is, as the token has it."""
    play = Play(Liar(claims={"auth_time": proved, "iat": NOW}), now=began * 1000)
    secret, told = play.begin(ENROLMENT)
    play.now = NOW * 1000
    try:
        return play.door.finish(secret, told).to
    except RefusedSignInError as error:
        return error.code


@pytest.mark.parametrize("proved", [NOW - 120 - LEEWAY, NOW - 120, NOW, NOW + LEEWAY, NOW + 0.5])
def test_who_is_to_be_enrolled_has_proved_who_she_is_since_she_asked(proved: float) -> None:
    assert ENROLMENT == enrolled(proved=proved, began=NOW - 120)


@pytest.mark.parametrize("proved", [None, NOW - 121 - LEEWAY, NOW + LEEWAY + 1, "now", str(NOW), True, 0, [NOW]])
def test_a_session_at_the_provider_that_may_be_somebody_elses_enrols_nobody(proved: object) -> None:
    """Also of a provider that does not say when: it did not hear what it was asked."""
    assert "token_auth_time" == enrolled(proved=proved, began=NOW - 120)


def test_a_proof_is_asked_for_anew_by_who_is_to_be_enrolled_and_by_nobody_else() -> None:
    door = Play().door
    asked = [dict(parse_qsl(urlsplit(door.begin(to)[1]).query)) for to in (ENROLMENT, "notices")]

    assert [("login", "0"), (None, None)] == [(each.get("prompt"), each.get("max_age")) for each in asked]
    assert "notices" == Play(Liar(claims={"auth_time": NOW - 10**6})).sign_in().to


def test_a_token_for_several_of_whom_we_are_the_only_one_is_for_us() -> None:
    assert "notices" == Play(Liar(claims={"aud": ["kairan"]})).sign_in().to


FORGED: list[tuple[str, Liar]] = [
    ("token_signature", Liar(token="not.a.token")),
    ("token_signature", Liar(token="e30.e30.")),
    ("token_signature", Liar(signs=ECKey.generate_key("P-256", {"kid": "one"}))),
    ("token_signature", Liar(header={"alg": "HS256"}, signs=OctKey.generate_key(256))),
    ("token_key", Liar(header={"kid": "two"})),
    ("keys", Liar(keys=[])),
    ("token_key", Liar(keys=[OctKey.generate_key(256, {"kid": "one"})])),
    ("token_key", Liar(header={"kid": None}, keys=[KEY, ECKey.generate_key("P-256", {"kid": "two"})])),
]


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize(("code", "liar"), FORGED)
def test_a_token_that_the_provider_did_not_sign_is_refused(code: str, liar: Liar) -> None:
    assert code == refused(Play(liar))


def test_a_token_without_a_signature_is_refused() -> None:
    header = "eyJhbGciOiJub25lIiwia2lkIjoib25lIn0"  # {"alg":"none","kid":"one"}

    assert "token_signature" == refused(Play(Liar(token=f"{header}.e30.")))


@pytest.mark.parametrize("key", [KEY, RSAKey.generate_key(2048, {"kid": "one"})])
def test_a_provider_signs_by_either_kind_of_key(key: Key) -> None:
    header = {"alg": "RS256" if isinstance(key, RSAKey) else "ES256"}

    assert "notices" == Play(Liar(header=header, signs=key, keys=[key])).sign_in().to


def test_a_key_that_is_new_is_asked_for() -> None:
    play = Play()
    play.sign_in()
    new = ECKey.generate_key("P-256", {"kid": "two"})
    play.liar.signs, play.liar.keys, play.liar.header = new, [new], {"kid": "two"}

    assert "notices" == play.sign_in().to


@pytest.mark.parametrize(
    ("code", "document"),
    [
        ("discovery_issuer", {"issuer": "https://other.example"}),
        ("discovery_address", {"token_endpoint": "http://provider.example/token"}),
        ("discovery_address", {"jwks_uri": "file:///etc/passwd"}),
        ("discovery_address", {"authorization_endpoint": None}),
    ],
)
def test_a_provider_that_speaks_of_somebody_else_or_in_clear_is_not_asked(
    code: str, document: Mapping[str, Any]
) -> None:
    with pytest.raises(RefusedSignInError, match=code):
        Play(Liar(document=document)).begin()


def test_only_tls_or_this_machine_is_safe() -> None:
    assert [True, True, False, False, False] == [
        is_safe(each)
        for each in (
            "https://provider.example", "http://localhost:9", "http://provider.example", "https://", "https://a@b.example",
        )
    ]  # fmt: skip


def test_whom_nobody_knows_is_not_signed_in() -> None:
    assert "unknown_person" == refused(Play(Liar(claims={"sub": "stranger"})))


def test_the_same_subject_at_another_provider_is_somebody_else() -> None:
    play = Play()
    play.residents.bind(Subject.of("https://other.example", "stranger"), AOI)
    play.liar.claims = {"sub": "stranger"}

    assert "unknown_person" == refused(play)


def test_whose_page_is_closed_is_not_signed_in() -> None:
    assert "closed_page" == refused(Play(closed=frozenset({AOI})))
    assert "notices" == Play(closed=frozenset({Handle(b"b" * 16)})).sign_in().to


def test_an_answer_without_a_token_signs_nobody_in() -> None:
    assert "no_token" == refused(Play(Liar(given={"id_token": None})))
    assert "no_token" == refused(Play(Liar(given={"access_token": 7})))


def test_a_provider_that_says_nothing_is_asked_again_after_some_seconds_and_not_by_everybody() -> None:
    asked, seconds = [], [0.0]

    def silent(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        raise httpx.ConnectTimeout("no answer")

    provider = Provider(
        Client(ISSUER, "kairan", "https://testserver/sign-in/done", "secret"),
        httpx.Client(transport=httpx.MockTransport(silent)),
        lambda: seconds[0],
    )
    for seconds[0] in (0.0, 1.0, AGAIN_SECONDS - 0.1, AGAIN_SECONDS):
        with pytest.raises(RefusedSignInError, match="provider_unreachable"):
            provider.sign_out("https://testserver/sign-in")

    assert 2 == len(asked)
