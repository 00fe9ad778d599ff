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
WRITERS = {"identity": "admission"} | dict.fromkeys(("ledger", "disclosures", "moving", "notices"), "followers")
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


@pytest.mark.parametrize("what", WRONG)
def test_what_is_built_again_is_what_is_in_use(ask: Ask, bus: Bus, nation: Life, what: str) -> None:
    nation.go_on(20)
    bus.settle()

    status, told = ask("rebuild", what, "--check", "--json")
    assert (ExitCode.FINE, 0, {}) == (status, told["differing"], told["tables"])
    assert told["records"]


def plant(settings: Settings, what: str) -> dict[str, int]:
    """How many wrong rows of each table there are now."""
    with connect(settings.dsn("kairan"), autocommit=True) as connection:
        return {table: connection.execute(wrong.encode()).rowcount for table, wrong in WRONG[what].items()}


@pytest.mark.parametrize("what", WRONG)
def test_wrong_rows_are_counted_and_mended(
    ask: Ask, settings: Settings, bus: Bus, nation: Life, auditor: Auditor, what: str
) -> None:
    nation.pass_tax_runs()
    nation.go_on(40)
    bus.settle()
    planted = plant(settings, what)
    assert all(planted.values())

    status, told = ask("rebuild", what, "--check", "--json")
    assert (ExitCode.LOOK, planted) == (status, {table: each["rows"] for table, each in told["tables"].items()})

    assert ExitCode.FAILED == ask("rebuild", what)[0]
    with bus.without(WRITERS[what]):
        status, told = ask("rebuild", what, "--json")
    assert (ExitCode.FINE, sum(planted.values())) == (status, told["differing"])
    assert ExitCode.FINE == ask("rebuild", what, "--check")[0]

    nation.go_on(20)
    bus.settle()
    assert ExitCode.FINE == ask("rebuild", what, "--check")[0]
    assert [] == auditor.found()


@pytest.mark.usefixtures("nation")
@pytest.mark.parametrize(
    ("what", "schema"),
    [("identity", "admission"), ("ledger", "ledger"), ("disclosures", "disclosures"), ("notices", "processes")],
)
def test_nothing_of_it_is_left_beside_the_tables_in_use(ask: Ask, settings: Settings, what: str, schema: str) -> None:
    ask("rebuild", what, "--check")

    with connect(settings.dsn("kairan")) as connection:
        left = connection.execute("select to_regnamespace(%s)", (f"{schema}_rebuilt",)).fetchone()
    assert left == (None,)
