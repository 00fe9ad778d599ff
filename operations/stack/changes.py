"""What a broker has, what the table wants, and the difference between them: pure."""

from collections.abc import Mapping
from typing import NamedTuple

from kairan import rights, topics
from kairan.register import Register
from kairan.rights import Right
from kairan.topics import Durability

Configs = Mapping[str, str]


class Layout(NamedTuple):
    """Topics with partitions and settings, principals, rights: as wanted or as found."""

    partitions: Mapping[str, int]
    configs: Mapping[str, Configs]
    principals: frozenset[str]
    rights: frozenset[Right]


class Changes(NamedTuple):
    """What must be done to get from the layout found to the one wanted."""

    create: Mapping[str, Configs]
    configure: Mapping[str, Configs]
    reset: Mapping[str, tuple[str, ...]]
    admit: tuple[str, ...]
    grant: frozenset[Right]
    revoke: frozenset[Right]
    unlike: Mapping[str, tuple[int, int]]
    """Topics whose partitions (found, wanted) differ: nothing may change that, order per person rests on it."""
    unknown: tuple[str, ...]
    """Topics that the table does not name: left alone."""

    def is_empty(self) -> bool:
        """Whether nothing is to be done; topics of others do not count."""
        return not any(self[:-1])

    def sentences(self) -> list[str]:
        """One line a change, as a person reads it."""
        return [
            *(f"+ topic {name}" for name in self.create),
            *(f"~ topic {name}: {key}={value}" for name, new in self.configure.items() for key, value in new.items()),
            *(
                f"~ topic {name}: {key} back to the broker's default"
                for name, keys in self.reset.items()
                for key in keys
            ),
            *(f"+ principal {name}" for name in self.admit),
            *(f"+ right {_in_words(right)}" for right in sorted(self.grant)),
            *(f"- right {_in_words(right)}" for right in sorted(self.revoke)),
            *(
                f"! topic {name} has {found} partitions where the table says {wanted}: they never change; move its "
                "records to a new topic"
                for name, (found, wanted) in self.unlike.items()
            ),
            *(f"? topic {name} is not in the table; left alone" for name in self.unknown),
        ]


def wanted(register: Register, durability: Durability) -> Layout:
    """What must be on the broker for the rows in force."""
    there = topics.topics(register)
    return Layout(
        partitions={topic.name: topic.kind.partitions for topic in there},
        configs={topic.name: topics.configs(topic.kind, durability) for topic in there},
        principals=frozenset(who.name for who in rights.principals(register)),
        rights=frozenset(rights.rights(register)),
    )


def difference(found: Layout, want: Layout) -> Changes:
    """What to do, and what to leave alone."""
    both = found.partitions.keys() & want.partitions.keys()
    ours = {right for right in found.rights if rights.is_ours(right.principal)}
    return Changes(
        create={name: want.configs[name] for name in want.partitions if name not in found.partitions},
        configure={n: new for n in sorted(both) if (new := _unlike(found.configs[n], want.configs[n]))},
        reset={n: keys for n in sorted(both) if (keys := _extra(found.configs[n], want.configs[n]))},
        admit=tuple(sorted(want.principals - found.principals)),
        grant=want.rights - found.rights,
        revoke=frozenset(ours - want.rights),
        unlike={
            name: (found.partitions[name], want.partitions[name])
            for name in sorted(both)
            if found.partitions[name] != want.partitions[name]
        },
        unknown=tuple(sorted(name for name in found.partitions.keys() - both if not name.startswith("__"))),
    )


def _unlike(found: Configs, want: Configs) -> Configs:
    return {key: value for key, value in want.items() if found.get(key) != value}


def _extra(found: Configs, want: Configs) -> tuple[str, ...]:
    return tuple(sorted(found.keys() - want.keys()))


def _in_words(right: Right) -> str:
    name = f"{right.name}*" if right.prefixed else right.name
    return f"{right.principal} {right.operation} {right.resource.lower()} {name}"
