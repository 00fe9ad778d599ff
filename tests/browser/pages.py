"""Every page that somebody can come to, who is there and which route answers: a row for each state that differs."""

from collections.abc import Iterator, Mapping
from itertools import cycle
from typing import NamedTuple, get_args

from gateway import language
from gateway.desks.routes import PATHS, SIGN_IN
from gateway.desks.staff import Page as Desk
from processors.notices.guides import LifeEvent
from processors.notices.texts import Language
from tests.browser.people import NUMBER, UNSUBSCRIBE

ALWAYS = (Language.JAPANESE, Language.EASY_JAPANESE)
BY_TURNS = (Language.ENGLISH, Language.CHINESE, Language.KOREAN, Language.VIETNAMESE, Language.PORTUGUESE)


class Page(NamedTuple):
    """
    One page.

    Args:
        address: with the name of a procedure of ``people.populate`` in braces; of a form's answer, where the form is.
        route: where that differs.
        form: what is sent from there to ``to``, or to the same address; the page is what is answered.

    """

    name: str
    address: str
    who: str = "nobody"
    route: str = ""
    form: Mapping[str, str] | None = None
    to: str = ""

    @property
    def template(self) -> str:
        """Of the route that answers."""
        return self.route or self.address.partition("?")[0]


RESIDENTS = (
    Page("duties", "/my", "aoi"),
    Page("notices", "/my/notices", "aoi"),
    Page("move", "/my/move", "aoi"),
    Page("received", "/my/received", "aoi"),
    Page("channels", "/my/channels", "aoi"),
    Page("proxies", "/my/proxies", "aoi"),
    Page("a code that waits", "/my/channels", "mio"),
    Page("no mailbox", "/my/channels", "mio", form={"mailbox": "x"}, to="/my/channels/mailbox"),
    Page("wrong code", "/my/channels", "yui", form={"code": "0"}, to="/my/channels/mailbox/code"),
    Page("no code that waits", "/my/channels", "ren", form={"code": "0"}, to="/my/channels/mailbox/code"),
    Page("an invitation", "/my/proxies", "mio", form={"duties": "yes"}),
    Page("signed out, led on", "/left/on", route="/left/{how}"),
    Page("signed out here alone", "/left/here", route="/left/{how}"),
    Page("guides", "/guides"),
    *(Page(f"guide {event}", f"/guides/{event}", route="/guides/{event}") for event in get_args(LifeEvent)),
    Page("no duties", "/my", "ren"),
    Page("no notices", "/my/notices", "ren"),
    Page("no move", "/my/move", "ren"),
    Page("nothing received", "/my/received", "ren"),
    Page("no channels", "/my/channels", "ren"),
    Page("a proxy's", "/my", "proxy"),
    Page("not granted", "/my/move", "proxy"),
    Page("first page", "/"),
    Page("sign-in", "/sign-in"),
    Page("enrolment", "/enrol", "newcomer"),
    Page("enrolment, not signed in", "/enrol"),
    Page("enrolment, wrong code", "/enrol", "newcomer", form={"code": "?", "mine": "yes"}),
    Page("enrolment, not hers", "/enrol", "newcomer", form={"code": "?"}),
    Page("not signed in", "/sign-in/done?state=of-nobody"),
    Page("unsubscribe", f"/unsubscribe?t={UNSUBSCRIBE}"),
    Page("unsubscribe, unknown", "/unsubscribe?t=of-nobody"),
)
ERRORS = tuple(
    Page(f"error {status}", f"/went-wrong/{status}", route="/went-wrong/{status:int}")
    for status in sorted(
        {400, *(int(each) for each in language.texts("base", Language.JAPANESE)["errors"] if each.isdigit())}
    )
)
GIVEN = {"number": NUMBER, "again": NUMBER, "act": "issue", "confirmed": "yes"}
_SHEET, _DECISION, _WAY = (PATHS[each] for each in (Desk.SHEET, Desk.DECISION, Desk.PROCEDURE))
DESKS = (
    Page("staff's sign-in", SIGN_IN),
    Page("staff not signed in", "/desks/sign-in/done?state=of-nobody"),
    Page("staff signed out", "/desks/signed-out"),
    Page("desks", "/desks", "origin"),
    Page("arrivals", "/desks/arrivals", "destination"),
    Page("no arrivals", "/desks/arrivals", "idle"),
    Page("sheet", "/desks/arrivals/{sheet}/sheet", "destination", _SHEET),
    Page("departures", "/desks/departures", "origin"),
    Page("late", "/desks/late", "origin"),
    Page("conflicts", "/desks/conflicts", "origin"),
    Page("decision", "/desks/conflicts/{conflict}", "origin", _DECISION),
    Page("decision, lacking", "/desks/conflicts/{conflict}", "origin", _DECISION, form={}),
    Page("somebody else decides", "/desks/conflicts/{waits}", "destination", _DECISION),
    Page("nothing to decide", "/desks/conflicts/{whole}", "origin", _DECISION),
    Page("purpose", "/desks/procedures/{whole}", "origin", _WAY),
    Page("procedure", "/desks/procedures/{whole}?purpose=departure", "origin", _WAY),
    Page("procedure that waits", "/desks/procedures/{waits}?purpose=dispute", "destination", _WAY),
    Page("procedure of an operator", "/desks/procedures/{whole}?purpose=incident", "operator", _WAY),
    Page("tasks", "/desks/tasks", "origin"),
    Page("no tasks", "/desks/tasks", "idle"),
    Page("load", "/desks/load", "destination"),
    Page("enrolling", "/desks/enrolment", "origin"),
    Page("a code", "/desks/enrolment", "idle", form=GIVEN),
    Page("enrolment ended", "/desks/enrolment?ended", "idle"),
    Page("enrolling, nobody", "/desks/enrolment", "origin", form=GIVEN | {"number": "1", "again": "1"}),
    Page("enrolling, lacking", "/desks/enrolment", "idle", form={"number": "?"}),
    Page("safe channel", "/desks/safe-channel?taken", "idle"),
    Page("safe channel, lacking", "/desks/safe-channel", "idle", form={"number": "?", "act": "name", "means": "mail"}),
)
_MONTH = "/statistics/{dataset}/{window}"
ANALYSTS = (
    Page("statistics", "/statistics"),
    Page("statistics, quick start", "/statistics/quick-start"),
    Page("statistics, programs", "/statistics/programs"),
    Page("statistics, newest moves", "/statistics/migration", route="/statistics/{dataset}"),
    Page("statistics, moves of a month", "/statistics/migration/2026-03", route=_MONTH),
    Page("statistics, revised", "/statistics/natural-change/2026-04?vintage=1", route=_MONTH),
)
ALL = (*RESIDENTS, *ERRORS, *DESKS, *ANALYSTS)
NO_PAGES = {
    "/my/calendar.ics": "a file",
    "/my/notices/live": "a stream",
    "/my/worker.js": "a script",
    "/sign-in/start": "leads to the provider",
    "/signed-out": "leads on to the provider at once: ``/left/on`` is its page",
    "/desks/sign-in/start": "leads to staff's provider",
    "/statistics/live": "a stream",
    "/data/catalogue.jsonld": "a document for programs",
    "/asyncapi.json": "a document for programs",
    "/data/{name}": "a file",
    "/api/statistics/releases": "for programs",
    "/api/statistics/migration/{window}": "for programs",
    "/api/statistics/migration-by-effect/{window}": "for programs",
    "/api/statistics/natural-change/{window}": "for programs",
    "/api/statistics/household-change/{window}": "for programs",
    "/api/statistics/bus-traffic/{window}": "for programs",
    "/api/statistics/tax-bands/{window}": "for programs",
    "/api/statistics/expected-arrivals/{window}": "for programs",
}
"""What is got and is no page, and why."""


def seen() -> Iterator[tuple[Page, Language, bool]]:
    """
    Each page in each of its languages, and whether ``make soak`` alone looks at it.

    Staff's are in Japanese; of the pages about errors, which differ by two sentences, one is looked at in all. What a
    language alone can break is the length of its words: ``make test`` sees each page in Japanese, in easy Japanese,
    whose readings make lines high, and in another by turns, so that it sees each language on every fifth page.
    """
    turns = cycle(BY_TURNS)
    for page in ALL:
        its = (Language.JAPANESE,) if page in (*DESKS, *ANALYSTS, *ERRORS[1:]) else Language
        soon = {*ALWAYS, next(turns)}
        yield from ((page, spoken, spoken not in soon) for spoken in its)
