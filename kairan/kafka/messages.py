"""What the client hands over: a record, an error that goes away by itself, or one that a broker refuses with."""

from confluent_kafka import KafkaError, Message

from kairan.stream import Incoming


def record(message: Message) -> Incoming:
    """As ``Incoming._make``, in one step: of every record that is read anywhere."""
    told = (message.topic() or "", message.partition() or 0, message.offset() or 0)
    return tuple.__new__(Incoming, (*told, message.timestamp()[1], message.key(), message.value()))


def cannot_be_unfolded(message: Message) -> bool:
    """Its batch does not unfold, or not within what this reader allows."""
    error = message.error()
    return error is not None and error.code() == KafkaError._BAD_COMPRESSION  # noqa: SLF001 - the client's own name


def is_out_of_range(message: Message) -> bool:
    """The topic no longer keeps, or does not have, what was asked for."""
    error = message.error()
    return error is not None and error.code() == KafkaError._AUTO_OFFSET_RESET  # noqa: SLF001 - the client's own name


def refusal(message: Message) -> str:
    """Where, and the error's name."""
    error = message.error()
    return f"{message.topic()} {message.partition()}: {'' if error is None else error.name()}"


def passes(error: KafkaError) -> bool:
    """An error that goes away by itself, such as a restarting broker."""
    return bool(error.retriable()) or error.code() in _WAITED_FOR


_WAITED_FOR = {
    KafkaError._TRANSPORT,  # noqa: SLF001 - the client's own names for local conditions
    KafkaError._ALL_BROKERS_DOWN,  # noqa: SLF001
    KafkaError._RESOLVE,  # noqa: SLF001
    KafkaError._TIMED_OUT,  # noqa: SLF001
    KafkaError._WAIT_COORD,  # noqa: SLF001
    KafkaError.REQUEST_TIMED_OUT,
    KafkaError.COORDINATOR_NOT_AVAILABLE,
    KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
    KafkaError.NOT_COORDINATOR,
    KafkaError.LEADER_NOT_AVAILABLE,
    KafkaError.NOT_LEADER_FOR_PARTITION,
}
