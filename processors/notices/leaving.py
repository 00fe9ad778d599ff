"""
What channels are told (topic ``notice-sendings``): ids, the name of the words, the office and the day; no word itself.

What is withdrawn or corrected names no channel: each that was told anything of the notice before, and has not told it
on, drops it and answers that it was not delivered.
"""

import hashlib
from datetime import timedelta
from typing import Any

from kairan import topics, wire
from kairan.stream import Outgoing
from processors.notices.channels import opens, start_of
from processors.notices.notices import Correct, Notice, Output, Send, TakeBack, Withdraw

TOPIC = topics.name(topics.NOTICE_SENDINGS)
SHAPE = "kairan.bus.NoticeSending"
LASTS = 30 * 86_400_000
"""How long what is due on no day is worth telling (milliseconds, assumed); as long as the topic keeps it."""
_ONE_DAY = timedelta(days=1)
_PURPOSES = {"notice": "tell", "reminder": "remind"}
_HINT = {"text": "", "office": "", "business": "", "due": ""}


def to_channels(output: Output) -> Outgoing | None:
    """None: no channel has to know."""
    match output:
        case Send():
            return _outgoing(output.notice, _sent(output))
        case Withdraw(notice) | TakeBack(notice):
            return _outgoing(notice, _taken_back(notice, "withdraw", output))
        case Correct(_, notice):
            return _outgoing(notice, _taken_back(notice, "correct", output))
    return None


def _sent(output: Send) -> dict[str, Any]:
    """After the end of its day nobody is told; whoever is told late is told for a day."""
    notice, channel = output.notice, output.sending.channel
    not_before = opens(channel, output.at)
    last = start_of(notice.due + _ONE_DAY) if notice.due else output.at + LASTS
    return {
        "sending": output.sending.id,
        "channel": channel,
        "purpose": _PURPOSES[output.sending.purpose],
        "is_hint": output.tells == "hint",
        "not_before": not_before,
        "expires": max(last, not_before + LASTS // 30),
        **(_HINT if output.tells == "hint" else _words_of(notice)),
    }


def _taken_back(notice: Notice, purpose: str, output: Withdraw | TakeBack | Correct) -> dict[str, Any]:
    """Each time one of its own: it may be told again between."""
    said = f"{type(output).__name__}\x1f{output.wording}\x1f{output.at}".encode()
    return {
        "sending": hashlib.sha256(b"taken back\x1f" + notice.id + said).digest()[:16],
        "channel": "",
        "purpose": purpose,
        "is_hint": True,
        "not_before": output.at,
        "expires": output.at + LASTS,
        **_HINT,
    }


def _words_of(notice: Notice) -> dict[str, str]:
    due = notice.due.isoformat() if notice.due else ""
    return {"text": notice.rule, "office": notice.office.municipality, "business": notice.office.business, "due": due}


def _outgoing(notice: Notice, said: dict[str, Any]) -> Outgoing:
    """The language is the resident's own setting, which is not known here."""
    record = {"notice": bytes(notice.id), "handle": notice.to, "language": "", **said}
    return Outgoing(TOPIC, notice.to, wire.encode_record(SHAPE, record))
