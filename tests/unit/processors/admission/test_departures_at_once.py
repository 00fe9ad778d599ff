"""Changes of departures may go together as long as each person's keep their order."""

from hypothesis import given
from hypothesis import strategies as st

from processors.admission.facts import Arrived, DepartureChange, Facts, Opened, Reopened, Withdrawn
from processors.admission.store import _at_once

HANDLES = st.sampled_from([bytes([person]) * 16 for person in range(3)])
EVENTS = st.sampled_from([bytes([event]) * 16 for event in range(3)])
PLACES = st.sampled_from(["141003", "131237"])
CHANGES: st.SearchStrategy[DepartureChange] = st.one_of(
    st.builds(Opened, HANDLES, EVENTS, PLACES),
    st.builds(Withdrawn, HANDLES, EVENTS),
    st.builds(Arrived, HANDLES, EVENTS, PLACES),
    st.builds(Reopened, HANDLES, EVENTS),
)


@given(st.lists(CHANGES, max_size=20))
def test_what_goes_together_leaves_what_one_after_the_other_leaves(changes: list[DepartureChange]) -> None:
    one_by_one, together = Facts(), Facts()
    one_by_one.change(changes)
    for happened, of_some in _at_once(changes):
        assert {happened} == {type(each) for each in of_some}
        assert len(of_some) == len({each.handle for each in of_some})
        together.change(of_some)

    assert one_by_one.departures == together.departures
