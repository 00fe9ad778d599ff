"""``members``: who is on the bus."""

from collections import Counter

from operations.output import as_json, table


def members(*, json: bool = False) -> None:
    """
    Show who is on the bus, in which state, through which channels.

    Parameters
    ----------
    json
        For programs.
    """
    from operations import here  # noqa: PLC0415

    register = here.register_in_force(here.settings())
    channels = {
        member.code: [c.channel for c in register.channels if c.member == member.code] for member in register.members
    }
    performed = Counter(performer.member for performer in register.performers)
    if json:
        as_json([{**member.model_dump(), "channels": channels[member.code]} for member in register.members])
        return
    table(
        ("code", "name", "kind", "state", "performs", "channels"),
        [
            (m.code, m.name, m.kind, m.state, f"{performed[m.code]} businesses", ", ".join(channels[m.code]))
            for m in register.members
        ],
    )
