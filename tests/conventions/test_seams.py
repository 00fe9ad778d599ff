"""Each seam of the loops, and each between two effects of a process, has a failpoint and a test that dies there."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.integration.test_publishing import SEAMS as OF_RELEASES
from tests.journeys.test_bad_input import REFUSING
from tests.journeys.test_deaths import BEFORE_THE_LOG, BEHIND_THE_LOG, FOLLOWING

ROOT = Path(__file__).parents[2]
ROOMS = ("kairan", "connectors", "producers", "processors")
LOOPS = {
    "transform": {"after-confirm", "before-mark"},
    "effect": {"before-effect", "before-mark"},
    "relay": {"before-send", "before-mark"},
}
"""Between what is done and what is marked, and between reading and doing."""
FLOWS = {
    "relay": "relay",
    "refusals": "effect",
    "admission": "transform",
    "routing": "transform",
    "sink": "effect",
    "receipts": "relay",
    "answers": "relay",
    "ledger": "effect",
    "disclosures": "effect",
    "process": "effect",
    "letters": "relay",
    "answering": "transform",
    "channels": "effect",
    "releases": "relay",
}
"""Which loop each part of the way is."""


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def called(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Functions of ``kairan`` that are called with something, and their first argument."""
    froms = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    ours = {alias.name for node in froms if (node.module or "").startswith("kairan") for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            match node.func:
                case ast.Name(name) if name in ours:
                    yield name, node.args[0]
                case ast.Attribute(ast.Name("loops"), name):
                    yield name, node.args[0]


def constant(tree: ast.Module, given: ast.expr) -> str:
    """A text, also where a name of the module stands for it; with braces where it is put together."""
    if isinstance(given, ast.Name):
        values = {
            target.id: node.value for node in tree.body if isinstance(node, ast.Assign) for target in node.targets
            if isinstance(target, ast.Name)
        }  # fmt: skip
        return constant(tree, values[given.id]) if given.id in values else "{}"
    if isinstance(given, ast.JoinedStr):
        return "".join(str(each.value) if isinstance(each, ast.Constant) else "{}" for each in given.values)
    return str(given.value) if isinstance(given, ast.Constant) else "{}"


def flows() -> dict[str, str]:
    """The parts of the way as the processes' code names them."""
    found = {}
    for path, tree in trees():
        for function, given in called(tree):
            if function in LOOPS and path.name != "loops.py":
                found[constant(tree, given)] = function
    return found


def failpoints() -> dict[str, set[str]]:
    """By file, the names of its failpoints."""
    found = defaultdict(set)
    for path, tree in trees():
        for function, given in called(tree):
            if function == "failpoint":
                found[path.name].add(constant(tree, given))
    return dict(found)


def passed() -> set[str]:
    """Every failpoint by the name under which a process passes it."""
    named = failpoints()
    assert {f"{{}}.{point}" for its in LOOPS.values() for point in its} == named.pop("loops.py")
    return {f"{flow}.{point}" for flow, loop in flows().items() for point in LOOPS[loop]}.union(*named.values())


def test_each_part_of_the_way_is_a_loop_and_has_its_failpoints() -> None:
    assert flows() == FLOWS


def test_at_each_seam_a_process_of_the_real_stack_is_killed() -> None:
    tried = {seam for its in (BEFORE_THE_LOG | BEHIND_THE_LOG | FOLLOWING).values() for seam in its} | {
        *REFUSING,
        *OF_RELEASES,
    }

    assert passed() == tried
