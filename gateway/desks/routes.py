"""The desks' addresses: each behind who is signed in, what that role may open, and for what."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeAlias

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from gateway import security, sessions
from gateway.desks import admitting, chart, entrusting, lists, looking, sheet, tasks
from gateway.desks.deciding import REASONS, Decided, Option, Reason
from gateway.desks.frame import render
from gateway.desks.looking import Desk, Opened
from gateway.desks.staff import RIGHTS, Page, Purpose, Staff, may_open, purposes
from gateway.desks.standing import Row
from gateway.desks.viewings import Viewing
from gateway.desks.withholding import Sight, is_planned
from processors.moving.days import LegalDays
from processors.moving.deciding import UndecidableError
from processors.notices import texts
from processors.notices.texts import Language

HOME = "/desks"
SIGN_IN, SIGN_OUT = f"{HOME}/sign-in", f"{HOME}/sign-out"
PATHS = {
    Page.HOME: HOME,
    Page.ARRIVALS: f"{HOME}/arrivals",
    Page.SHEET: f"{HOME}/arrivals/{{ref}}/sheet",
    Page.DEPARTURES: f"{HOME}/departures",
    Page.LATE: f"{HOME}/late",
    Page.CONFLICTS: f"{HOME}/conflicts",
    Page.DECISION: f"{HOME}/conflicts/{{ref}}",
    Page.PROCEDURE: f"{HOME}/procedures/{{ref}}",
    Page.LOAD: f"{HOME}/load",
    Page.TASKS: f"{HOME}/tasks",
    Page.SAFE_CHANNEL: f"{HOME}/safe-channel",
    Page.ENROLMENT: f"{HOME}/enrolment",
}
Show: TypeAlias = Callable[[Desk, Staff, Request], Response]


def routes(desk: Desk) -> list[BaseRoute]:
    shown: dict[Page, Show] = {
        Page.HOME: home,
        Page.SHEET: prefilled,
        Page.DECISION: undecided,
        Page.PROCEDURE: procedure,
        Page.LOAD: load,
        Page.TASKS: to_do,
        Page.SAFE_CHANNEL: safe_channel,
        Page.ENROLMENT: enrolment,
    }
    lists_of = {page: partial(a_list, page) for page in lists.STEPS}
    pages = [Route(PATHS[page], partial(_shown, desk, page, show)) for page, show in (shown | lists_of).items()]
    return [
        *pages,
        Route(PATHS[Page.DECISION], partial(_decided, desk), methods=["POST"]),
        Route(PATHS[Page.TASKS], partial(_settled, desk), methods=["POST"]),
        Route(PATHS[Page.SAFE_CHANNEL], partial(_named, desk), methods=["POST"]),
        Route(PATHS[Page.ENROLMENT], partial(_enrolled, desk), methods=["POST"]),
    ]


def _shown(desk: Desk, page: Page, show: Show, request: Request) -> Response:
    staff = _staff(desk, page, request)
    return show(desk, staff, request) if staff else RedirectResponse(SIGN_IN, 303)


def _staff(desk: Desk, page: Page, request: Request) -> Staff | None:
    """None: nobody is signed in. Raises HTTPException: the role may not open it, as if there were none."""
    staff = desk.sessions.staff(sessions.of(request))
    if staff and not may_open(staff, page):
        raise HTTPException(404)
    return staff


def home(desk: Desk, staff: Staff, request: Request) -> Response:
    """How many stand on each list that this role may open."""
    pages = [page for page in lists.STEPS if may_open(staff, page)]
    desk.viewings.write(Viewing(staff, Page.HOME, Purpose.OVERVIEW))
    counts = {page: len(looking.rows_of(desk, staff, page)) for page in pages}
    if may_open(staff, Page.TASKS):
        counts[Page.TASKS] = tasks.board(desk, staff).count
    return render(request, staff, Page.HOME, "desks/home.html", counts=counts)


def a_list(page: Page, desk: Desk, staff: Staff, request: Request) -> Response:
    look, rows = looking.listed(desk, staff, page)
    [purpose] = RIGHTS[page].purposes
    looking.write_down(desk, look, rows, page, purpose)
    return render(request, staff, page, f"desks/{page}.html", moves=look.see_all(rows), purpose=purpose)


def prefilled(desk: Desk, staff: Staff, request: Request) -> Response:
    """For each who comes together; a page of paper a person."""
    row = _found(desk, staff, request)
    if staff.member != row.facts["destination"] and not is_planned(row, staff.member):
        raise HTTPException(404)
    look = looking.eyes(desk, staff, [row])
    rows = [each for each in looking.household(desk, look, row) if look.expects(each)]
    looking.write_down(desk, look, rows, Page.SHEET, Purpose.RECEPTION)
    sheets = [(look.see(each), sheet.lines(told) if (told := look.announced(each)) else []) for each in rows]
    return render(request, staff, Page.SHEET, "desks/sheet.html", sheets=sheets, to_fill_in=sheet.TO_FILL_IN)


def procedure(desk: Desk, staff: Staff, request: Request) -> Response:
    row = _found(desk, staff, request)
    allowed = purposes(staff, Page.PROCEDURE)
    asked = request.query_params.get("purpose")
    if asked not in allowed:
        return render(request, staff, Page.PROCEDURE, "desks/purpose.html", allowed=allowed)
    look = looking.eyes(desk, staff, [row])
    looking.write_down(desk, look, [row], Page.PROCEDURE, Purpose(asked))
    its = looking.opened(desk, look, row)
    return render(request, staff, Page.PROCEDURE, "desks/procedure.html", its=its, move=its.seen)


def load(desk: Desk, staff: Staff, request: Request) -> Response:
    """Who may not be seen is expected on no day."""
    look, rows = looking.listed(desk, staff, Page.ARRIVALS)
    looking.write_down(desk, look, rows, Page.LOAD, Purpose.PLANNING)
    seen = [row for row in rows if look.sight(row) is Sight.WHOLE]
    its = lists.load(seen, len(rows) - len(seen), LegalDays().day_of(desk.now()))
    return render(request, staff, Page.LOAD, "desks/load.html", load=its, chart=chart.draw(its.days))


def undecided(desk: Desk, staff: Staff, request: Request) -> Response:
    return _form(request, staff, _conflict(desk, staff, request))


def _conflict(desk: Desk, staff: Staff, request: Request) -> Opened:
    row = _found(desk, staff, request)
    look = looking.eyes(desk, staff, [row])
    looking.write_down(desk, look, [row], Page.DECISION, Purpose.DISPUTE)
    return looking.opened(desk, look, row)


def _form(
    request: Request, staff: Staff, its: Opened, faults: tuple[str, ...] = (), given: Mapping[str, str] | None = None
) -> Response:
    status = 422 if faults else 200
    return render(
        request, staff, Page.DECISION, "desks/decision.html", status, its=its, move=its.seen, faults=faults,
        given=given or {}, reasons=REASONS,
    )  # fmt: skip


async def _decided(desk: Desk, request: Request) -> Response:
    given = security.fields(request.headers, await request.body())
    return await run_in_threadpool(decided, desk, request, given)


def decided(desk: Desk, request: Request, given: Mapping[str, str]) -> Response:
    """A decision about what is still contradictory, or the form again, which says what it lacks."""
    staff = _staff(desk, Page.DECISION, request)
    if staff is None:
        return RedirectResponse(SIGN_IN, 303)
    its = _conflict(desk, staff, request)
    chosen = next((each for each in its.options if each.ref == given.get("rejected")), None)
    if faults := tuple(_faults(chosen, given)):
        return _form(request, staff, its, faults, given)
    assert chosen is not None
    try:
        desk.decide(its.known, Decided(its.row.instance, chosen.event, Reason(given["reason"]), staff))
    except UndecidableError:
        return _form(request, staff, its, ("decided",), given)
    path = PATHS[Page.PROCEDURE].format(ref=its.seen.ref)
    return RedirectResponse(f"{path}?purpose={Purpose.DISPUTE}", 303)


def to_do(desk: Desk, staff: Staff, request: Request, status: int = 200) -> Response:
    """What is not there to be settled is answered with what is."""
    its = tasks.board(desk, staff)
    tasks.write_down(desk, staff, its.shown)
    purpose, taken = Purpose.DUTIES, request.method == "GET" and "taken" in request.query_params
    return render(request, staff, Page.TASKS, "desks/tasks.html", status, board=its, purpose=purpose, taken=taken)


async def _settled(desk: Desk, request: Request) -> Response:
    given = security.fields(request.headers, await request.body())
    return await run_in_threadpool(settled, desk, request, given.get("task", ""))


def settled(desk: Desk, request: Request, ref: str) -> Response:
    """A clerk has done what a notice's rule left to staff."""
    staff = _staff(desk, Page.TASKS, request)
    if staff is None:
        return RedirectResponse(SIGN_IN, 303)
    asked = tasks.found(desk, staff, ref)
    if asked is None:
        return to_do(desk, staff, request, 422)
    tasks.write_down(desk, staff, frozenset({asked.root}))
    desk.settle(asked, staff)
    return RedirectResponse(f"{PATHS[Page.TASKS]}?taken", 303)


def safe_channel(desk: Desk, staff: Staff, request: Request) -> Response:
    desk.viewings.write(Viewing(staff, Page.SAFE_CHANNEL, Purpose.SHELTER))
    return _of_safe_channel(desk, staff, request)


def _of_safe_channel(desk: Desk, staff: Staff, request: Request, faults: tuple[entrusting.Fault, ...] = ()) -> Response:
    """What was typed is not written into the page again."""
    taken = request.method == "GET" and "taken" in request.query_params
    languages = {each: texts.words(each).name for each in Language}
    return render(
        request, staff, Page.SAFE_CHANNEL, "desks/safe-channel.html", 422 if faults else 200,
        faults=faults, taken=taken, means=desk.safe.means, languages=languages,
    )  # fmt: skip


async def _named(desk: Desk, request: Request) -> Response:
    given = security.fields(request.headers, await request.body())
    return await run_in_threadpool(named, desk, request, {name: value.strip() for name, value in given.items()})


def named(desk: Desk, request: Request, given: entrusting.Given) -> Response:
    """The same answer whoever the number is, or nobody; it stands in no address."""
    staff = _staff(desk, Page.SAFE_CHANNEL, request)
    if staff is None:
        return RedirectResponse(SIGN_IN, 303)
    desk.viewings.write(Viewing(staff, Page.SAFE_CHANNEL, Purpose.SHELTER))
    if faults := entrusting.faults(given, desk.safe.means):
        return _of_safe_channel(desk, staff, request, faults)
    entrusting.carry_out(desk, staff, given)
    return RedirectResponse(f"{PATHS[Page.SAFE_CHANNEL]}?taken", 303)


def enrolment(desk: Desk, staff: Staff, request: Request) -> Response:
    desk.viewings.write(Viewing(staff, Page.ENROLMENT, Purpose.ENROLMENT))
    return _of_enrolment(staff, request, ended="ended" in request.query_params)


def _of_enrolment(
    staff: Staff, request: Request, faults: tuple[admitting.Fault, ...] = (), code: str = "", *, ended: bool = False
) -> Response:
    """What was typed is not written into the page again; a code stands on the answer to its form alone."""
    status = 422 if faults else 200
    return render(
        request, staff, Page.ENROLMENT, "desks/enrolment.html", status, faults=faults, code=code, ended=ended,
        minutes=admitting.MINUTES,
    )  # fmt: skip


async def _enrolled(desk: Desk, request: Request) -> Response:
    given = security.fields(request.headers, await request.body())
    return await run_in_threadpool(enrolled, desk, request, {name: value.strip() for name, value in given.items()})


def enrolled(desk: Desk, request: Request, given: admitting.Given) -> Response:
    """The same answer to everybody's number for whom there is no code, and to everybody's that is ended."""
    staff = _staff(desk, Page.ENROLMENT, request)
    if staff is None:
        return RedirectResponse(SIGN_IN, 303)
    desk.viewings.write(Viewing(staff, Page.ENROLMENT, Purpose.ENROLMENT))
    if faults := admitting.faults(given):
        return _of_enrolment(staff, request, faults)
    if given["act"] == "end":
        admitting.end(desk, staff, given["number"])
        return RedirectResponse(f"{PATHS[Page.ENROLMENT]}?ended", 303)
    code = admitting.issue(desk, staff, given["number"])
    return _of_enrolment(staff, request, () if code else ("nobody",), code or "")


def _faults(chosen: Option | None, given: Mapping[str, str]) -> list[str]:
    """By the ids of the form's parts."""
    faults = {
        "rejected": chosen is None,
        "reason": given.get("reason") not in set(Reason),
        "confirmed": given.get("confirmed") != "yes",
    }
    return [name for name, is_one in faults.items() if is_one]


def _found(desk: Desk, staff: Staff, request: Request) -> Row:
    row = looking.found(desk, staff, request.path_params["ref"])
    if row is None:
        raise HTTPException(404)
    return row
