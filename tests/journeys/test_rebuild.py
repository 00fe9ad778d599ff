"""What follows from topics is built again: the same; a row that is wrong is found, and mended."""

import pytest

from kairan.postgres import connect
from kairan.settings import Settings
from operations.exit_codes import ExitCode
from tests.journeys.auditor import Auditor
from tests.journeys.bus import Bus
from tests.journeys.conftest import Ask
from tests.journeys.life import Life

pytestmark = pytest.mark.stack
WRITERS = ("admission", "followers")
SCHEMAS = ("admission", "ledger", "disclosures", "processes")
WRONG = {
    "identity": {
        "events": "update admission.events set digest = '\\x00' where id = (select max(id) from admission.events)",
        "subjects": "delete from admission.subjects where handle = (select max(handle) from admission.subjects)",
        "departures": "insert into admission.departures values ('\\x01', '\\x02', '131237', null)",
    },
    "ledger": {
        "range": 'delete from ledger.range where "first" = 0',
        "bucket": 'update ledger.bucket set "count" = "count" + 1',
        "exception": "insert into ledger.exception values ('1', '1', '\\x00', '1', 'parked', 0, now())",
    },
    "disclosures": {
        "entry": "delete from disclosures.entry where digest = (select max(digest) from disclosures.entry)",
        "unreadable": "insert into disclosures.unreadable values ('disclosures', 0, 0, 'NotAnEntryError')",
    },
    "moving": {
        "journal": "update processes.journal set sent = '[1]' where version = 1 and process = 'moving'",
        "timer": """delete from processes.timer where process = 'moving'
            and due = (select max(due) from processes.timer where process = 'moving')""",
        "held": """insert into processes.held (process, instance, topic, partition, "offset")
            values ('household', '\\x01', 'process-inputs', 0, 0)""",
        "consumed": "update processes.consumed set reached = reached + 1 where process <> 'notices'",
    },
    "notices": {
        "journal": "update processes.journal set sent = '[1]' where version = 1 and process = 'notices'",
        "held": """insert into processes.held (process, instance, topic, partition, "offset")
            values ('notices', '\\x01', 'process-inputs', 0, 0)""",
        "consumed": "update processes.consumed set reached = reached + 1 where process = 'notices'",
        "standing": "update processes.standing set kind = 'sent' where process = 'notices' and kind = 'queued'",
    },
}


def plant(settings: Settings, what: str) -> dict[str, int]:
    """How many wrong rows of each table there are now."""
    with connect(settings.dsn("kairan"), autocommit=True) as connection:
        return {table: connection.execute(wrong.encode()).rowcount for table, wrong in WRONG[what].items()}


def built(ask: Ask, *how: str) -> dict[str, tuple[int, dict[str, int]]]:
    """Of each part: how the command ended, and how many rows of which tables differed."""
    answers = {what: ask("rebuild", what, *how, "--json") for what in WRONG}
    assert all(told["records"] for _, told in answers.values())
    return {
        what: (status, {table: each["rows"] for table, each in told["tables"].items()})
        for what, (status, told) in answers.items()
    }


SAME = dict.fromkeys(WRONG, (ExitCode.FINE, {}))


def test_wrong_rows_are_counted_and_mended_and_what_is_built_again_is_what_is_in_use(
    ask: Ask, settings: Settings, bus: Bus, nation: Life, auditor: Auditor
) -> None:
    nation.pass_tax_runs()
    nation.go_on(40)
    bus.settle()
    planted = {what: plant(settings, what) for what in WRONG}
    assert all(rows for its in planted.values() for rows in its.values())

    status, told = ask("rebuild", "ledger", "--check", "--json")
    assert (ExitCode.LOOK, planted["ledger"]) == (status, {of: each["rows"] for of, each in told["tables"].items()})
    assert dict.fromkeys(WRONG, ExitCode.FAILED) == {what: ask("rebuild", what)[0] for what in WRONG}
    with bus.without(*WRITERS):
        assert {what: (ExitCode.FINE, its) for what, its in planted.items()} == built(ask)
    nation.go_on(20)
    bus.settle()
    assert SAME == built(ask, "--check")
    assert [(None,)] * len(SCHEMAS) == left_beside(settings)
    assert [] == auditor.found()


def left_beside(settings: Settings) -> list[tuple[None] | tuple[str] | None]:
    """Of what was built beside the tables in use."""
    with connect(settings.dsn("kairan")) as connection:
        return [connection.execute("select to_regnamespace(%s)", (f"{each}_rebuilt",)).fetchone() for each in SCHEMAS]
