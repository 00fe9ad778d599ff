"""``enrol``: the counter at which a resident of the sandbox shows a document."""

from operations.output import as_json


def enrol(member: str, number: str, *, name: str = "", json: bool = False) -> None:
    """
    Let a resident of the sandbox sign in at the development provider; only on a local stack.

    Parameters
    ----------
    member
        The municipality at whose counter she stands: its code.
    number
        Her 宛名番号 there.
    name
        What stands on the provider's button.
    json
        For programs.
    """
    from operations import enrolling, here, reach  # noqa: PLC0415 - see operations/commands/__init__.py

    settings = here.settings()
    listed = enrolling.enrol(settings, member, number, name)
    where = reach.front_door(settings)
    if json:
        as_json({"name": listed.name, "front_door": where})
    else:
        print(f"Enrolled. At {where} she signs in as: {listed.name}")
