"""What a core system writes down about a change (an outbox row's payload), parsed once at the edge."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

from pydantic import (
    AwareDatetime,
    BaseModel,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_core import ErrorDetails

from connectors.source import Problem
from producers.snapshot import Day, Group, MaybeDay, Row, Snapshot

Protection = Literal["none", "protected", "unknown"]
Instant: TypeAlias = Annotated[AwareDatetime, Field(strict=False)]
PairwiseId: TypeAlias = Annotated[str, Field(pattern=r"^\\x[0-9a-f]{32}$")]
"""As PostgreSQL writes bytes."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Party(Group):
    """A municipality and its part in the event; ``code`` may be a ward's."""

    role: str
    code: str
    ward: str | None = None


class Relation(Group):
    """A person and the part it plays for the subject."""

    role: str
    atena_number: str


Parties: TypeAlias = Annotated[tuple[Party, ...], Field(strict=False)]
Relations: TypeAlias = Annotated[tuple[Relation, ...], Field(strict=False)]


class Record(Snapshot):
    """A version of a resident's record: the whole snapshot and what brought it about."""

    atena_number: str
    version: int
    reason: str
    effective: Day
    notified: MaybeDay = None
    registered: Instant
    corrects_version: int | None = None
    cancels_version: int | None = None
    particulars: dict[str, Any] = Field(default_factory=dict)
    group_id: str | None = None
    group_size: int | None = None
    parties: Parties = ()
    related: Relations = ()
    protection: Protection
    procedure_id: str | None = None
    pairwise_id: PairwiseId | None = None


class Named(Row):
    """The version that a correction or cancellation names; ``reason`` and ``closing`` are those of the first fact."""

    version: int
    published: bool
    reason: str | None = None
    closing: bool = False


def _none_when_malformed(value: Any, validate: ValidatorFunctionWrapHandler) -> Any:
    try:
        return validate(value)
    except ValidationError:
        return None


OrNone = WrapValidator(_none_when_malformed)
"""A mistake in this part must not keep the others from being read."""


class ResidentChange(Row):
    """異動: a version became final. ``previous`` is the record as it was before the fact."""

    municipality: str
    record: Record
    previous: Annotated[Record | None, OrNone] = None
    named: Named | None = None


class UnmappableError(Exception):
    """No statement can say this change; ``problems`` holds places and rules, never values."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(", ".join(f"{problem.path}: {problem.rule}" for problem in problems))
        self.problems = problems


Model = TypeVar("Model", bound=BaseModel)


def parse(model: type[Model], content: Any, place: str = "") -> Model:
    """Raises UnmappableError with all that does not have the form."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
    raise UnmappableError(*(_problem(place, detail) for detail in found))


def _problem(place: str, detail: ErrorDetails) -> Problem:
    # A name that nobody knows may be anything a clerk typed: only where it stands is told.
    known = detail["loc"][:-1] if detail["type"] == "extra_forbidden" else detail["loc"]
    path = ".".join([place, *map(str, known)] if place else map(str, known))
    return Problem("change.malformed", path, detail["type"].replace("_", " "))


def in_bytes(pairwise_id: PairwiseId | None) -> bytes | None:
    return None if pairwise_id is None else bytes.fromhex(pairwise_id[2:])


def milliseconds(instant: datetime) -> int:
    """Since 1970 UTC; a float would round."""
    return (instant - _EPOCH) // timedelta(milliseconds=1)
