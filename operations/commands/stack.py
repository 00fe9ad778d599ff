"""``up`` and ``down``: the local stack."""

from typing import TYPE_CHECKING

from operations.output import say

if TYPE_CHECKING:
    from kairan.register import Register
    from kairan.settings import Settings


def up(*, new_ports: bool = False) -> None:
    """
    Start Kafka, PostgreSQL and the bus, and make what is missing.

    Parameters
    ----------
    new_ports
        Choose other ports than those of the first start.
    """
    from kairan.settings import Settings  # noqa: PLC0415 - see operations/commands/__init__.py
    from operations.stack import local  # noqa: PLC0415

    settings = Settings()
    given = local.Addresses(settings.bootstrap, settings.postgres)
    local.up(settings.home, declared_register(settings), say, given, new_ports=new_ports)
    say(f"up in {settings.home}. `kairan env` tells how to reach it.")


def down() -> None:
    """Stop what runs; the data stay."""
    from kairan.settings import Settings  # noqa: PLC0415
    from operations.stack import local  # noqa: PLC0415

    local.down(Settings().home, say)


def declared_register(settings: "Settings") -> "Register":
    """The register of this home; on the first start the sandbox's."""
    if not (settings.home / "register").exists():
        from sandbox.register import default  # noqa: PLC0415

        default().save(settings.home / "register")
    return settings.register()
