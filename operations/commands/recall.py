"""``recall``: what businesses got without a right to it is annulled there, and who has answered is told."""

from typing import TYPE_CHECKING, Any

from operations.exit_codes import ExitCode
from operations.output import as_json, table

if TYPE_CHECKING:
    from operations.look.recalling import Found
    from processors.ledger.recalls import Answer


def recall(event: str | None = None, *, why: str | None = None, json: bool = False) -> ExitCode:
    """
    Show who has an event that today's policy and register do not entitle to it, and annul it there.

    Without a reason nothing is sent. Doing it twice does no harm: who has answered is left in peace.

    Parameters
    ----------
    event
        Its id, the first 8 or more digits of it, or municipality and outbox row as in `131237:42`; without it all
        recalls are shown.
    why
        Send the annulments. The reason is kept in the bus's database with your name; not for persons' data.
    json
        For programs.
    """
    from operations import here  # noqa: PLC0415 - see operations/commands/__init__.py
    from operations.look import recalling  # noqa: PLC0415

    settings = here.settings()
    if event is None:
        return _answered(recalling.answers(settings), json=json)
    found = recalling.find(settings, here.declared_register(settings), event, here.now())
    sent = recalling.send(settings, found, why) if why else 0
    if sent:
        found = found._replace(answers=recalling.answers(settings, found.event_id))
    if json:
        as_json(_plain(found, sent))
    else:
        _show(found, sent)
    return ExitCode.LOOK if found.outstanding() or not _all_given(found.answers) else ExitCode.FINE


def _answered(answers: "list[Answer]", *, json: bool) -> ExitCode:
    if json:
        as_json([_plain_answer(each) for each in answers])
    elif answers:
        _table(answers)
    else:
        print("Nothing was ever recalled.")
    return ExitCode.FINE if _all_given(answers) else ExitCode.LOOK


def _all_given(answers: "list[Answer]") -> bool:
    return all(each.is_given() for each in answers)


def _show(found: "Found", sent: int) -> None:
    if sent:
        print(f"{sent} annulments were sent; `kairan recall {found.event_id.hex()}` shows who has answered.")
    if outstanding := found.outstanding():
        print("By today's rows these should not have the event; with `--why` it is annulled there.")
        table(("channel", "business", "by rule"), [(".".join(to), *of) for to, *of in outstanding])
    elif not found.answers:
        print("Everybody who has it is entitled to it by today's rows.")
    if gone := [".".join(each.receiver) for each in found.recall.wrong if not each.is_reached]:
        print(f"No longer on the bus, so told by no annulment: {', '.join(gone)}.")
    if beyond := found.recall.beyond:
        print("Entitled, but by today's rows to fewer fields than they were told; these are not taken back.")
        rows = [(".".join(each.receiver), each.business, " ".join(sorted(each.fields))) for each in beyond]
        table(("channel", "business", "fields"), rows)
    if found.answers:
        _table(found.answers)


def _table(answers: "list[Answer]") -> None:
    from operations.look.times import milliseconds, moment  # noqa: PLC0415 - see operations/commands/__init__.py

    columns = ("event", "channel", "business", "recalled", "by", "why", "answer")
    rows = [
        (each.event.hex()[:12], ".".join(each.channel), each.business, moment(milliseconds(each.at)), each.by, each.why)
        for each in answers
    ]
    table(columns, [(*row, _answer(each)) for row, each in zip(rows, answers, strict=True)])


def _answer(answer: "Answer") -> str:
    from operations.look.times import milliseconds, moment  # noqa: PLC0415 - see operations/commands/__init__.py

    if not answer.is_sent:
        return "not sent yet"
    if answer.left_out:
        return answer.left_out
    return "none yet" if answer.receipted_at is None else f"annulled {moment(milliseconds(answer.receipted_at))}"


def _plain(found: "Found", sent: int) -> dict[str, Any]:
    return {
        "event": found.event_id.hex(),
        "sent": sent,
        "wrong": [
            {"channel": ".".join(to), "business": business, "rule": rule} for to, business, rule in found.outstanding()
        ],
        "gone": [".".join(each.receiver) for each in found.recall.wrong if not each.is_reached],
        "beyond": [
            {"channel": ".".join(each.receiver), "business": each.business, "fields": sorted(each.fields)}
            for each in found.recall.beyond
        ],
        "recalled": [_plain_answer(each) for each in found.answers],
    }


def _plain_answer(answer: "Answer") -> dict[str, Any]:
    from operations.look.times import milliseconds  # noqa: PLC0415 - see operations/commands/__init__.py

    receipted = answer.receipted_at
    return {
        "event": answer.event.hex(),
        "channel": ".".join(answer.channel),
        "business": answer.business,
        "rule": answer.rule,
        "why": answer.why,
        "by": answer.by,
        "at": milliseconds(answer.at),
        "sent": answer.is_sent,
        "left_out": answer.left_out,
        "answered": None if receipted is None or answer.left_out else milliseconds(receipted),
    }
