"""What one address is told: a hint that does not depend on the notice, or the notice's own words by a safe channel."""

import hashlib
from dataclasses import dataclass

from connectors.notices.port import Message
from kairan import codes, municipalities
from kairan.logs import log
from processors.channels.addresses import Address, may_stop
from processors.channels.queue import Copy
from processors.channels.sendings import Sending
from processors.notices import texts
from processors.notices.notices import HINT_ONLY
from processors.notices.texts import Language, Name, Values


@dataclass(frozen=True, slots=True)
class Site:
    """Where a resident reads her notices, and where one click ends a letter; the same for everybody."""

    page: str = ""

    @property
    def notices(self) -> str:
        """Her page asks who she is; no address names her."""
        return f"{self.page}my/notices" if self.page else ""

    def stop(self, address: Address) -> str:
        """The front door's route that asks for no sign-in (``gateway.residents.telling``)."""
        return f"{self.page}unsubscribe?t={address.token}" if self.page and may_stop(address) else ""


def message(copy: Copy, site: Site, at: int) -> Message:
    """As the channel sends it; on the page her own words are shown, and nothing is handed over."""
    sending, address = copy.sending, copy.address
    lasts = max(0, (sending.expires - at) // 1000)
    if address is None:
        return Message(sending.id, {}, "", "", "", site.notices, "", at, lasts)
    language = _language(sending, address)
    title, body = _words(sending, language)
    tag, stop = texts.words(language).tag, site.stop(address)
    return Message(_id(sending, address), address.target, title, body, tag, site.notices, stop, at, lasts)


def _id(sending: Sending, address: Address) -> bytes:
    """Of this address alone: nobody can tell by it who else was told."""
    return hashlib.sha256(b"copy\x1f" + sending.id + address.token.encode()).digest()[:16]


def _language(sending: Sending, address: Address) -> Language:
    if not sending.language:
        return address.language
    return next((each for each in Language if texts.words(each).tag == sending.language), address.language)


def _words(sending: Sending, language: Language) -> tuple[str, str]:
    if not sending.is_hint and sending.channel not in HINT_ONLY:
        try:
            return _whole(sending, language)
        except LookupError:
            log().error("no words", alarm="a hint went in the place of a notice", rule=sending.text)
    its = texts.words(language)
    return its.push["withdrawal" if sending.takes_back else "notice"], its.draft.plain if its.draft else ""


def _whole(sending: Sending, language: Language) -> tuple[str, str]:
    """Raises LookupError where a text, or a value that it cannot do without, is not there."""
    office = Name(codes.BUSINESSES[sending.business].name) if sending.business else None
    values = Values(Name(municipalities.full_name(sending.office)), office, sending.due)
    text = texts.render(sending.text, language, values)
    parts = (text.body.plain, text.draft.plain if text.draft else "")
    return text.title.plain, "\n\n".join(filter(None, parts))
