"""Units stay quick because of what they do not do, and no test asks how long something took."""

import ast
from pathlib import Path
from typing import TypeVar

TESTS = Path(__file__).parents[1]
SLOW = {"asyncio", "matplotlib", "multiprocessing", "subprocess", "time"}
CLOCKS = {
    "monotonic",
    "perf_counter",
    "process_time",
    "thread_time",
    "time",
    "monotonic_ns",
    "perf_counter_ns",
    "time_ns",
}


Found = TypeVar("Found", bound=ast.AST)


def nodes(folder: Path, *kinds: type[Found]) -> list[tuple[str, Found]]:
    """Of these kinds in every file, with their places."""
    return [
        (f"{path.relative_to(TESTS)}:{node.lineno}", node)
        for path in sorted(folder.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, kinds)
    ]


def imported(node: ast.AST) -> set[str]:
    match node:
        case ast.Import(names=names):
            return {each.name.partition(".")[0] for each in names}
        case ast.ImportFrom(module=str(module)):
            return {module.partition(".")[0]}
    return set()


def asks_a_clock(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="time"), attr=name)):
            return name in CLOCKS
    return False


def test_a_unit_starts_no_process_and_neither_waits_nor_draws() -> None:
    """What must do so stands in ``tests/integration``."""
    imports = nodes(TESTS / "unit", ast.Import, ast.ImportFrom)

    assert len(imports) > 500
    assert [] == [(at, found) for at, node in imports if (found := imported(node) & SLOW)]


def test_no_assertion_asks_a_clock() -> None:
    """A busy machine would answer it: what must end does so under a timeout."""
    assertions = nodes(TESTS, ast.Assert)

    assert len(assertions) > 1000
    assert [] == [at for at, node in assertions if any(asks_a_clock(each) for each in ast.walk(node.test))]
