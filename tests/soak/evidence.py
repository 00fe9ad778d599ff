"""What a failed run leaves for whoever looks for its cause: the logs, with where each thread stood; no values."""

import shutil
from pathlib import Path

from operations.output import say
from operations.stack.home import Home
from tests.soak.scene import Scene

KEPT = Path(__file__).parents[2] / ".kairan" / "failed-runs"
LAST_BYTES = 12_000


def keep(scene: Scene, seed: int) -> None:
    """The end of each process's log is printed too: of a run elsewhere nothing else is left."""
    for _ in range(2):  # what stands at the same place in both does not move
        scene.bus.tell_where_they_stand()
    logs = Home(scene.settings.home).logs
    shutil.copytree(logs, KEPT / str(seed), dirs_exist_ok=True)
    say(f"the logs of the failed run are kept in {KEPT / str(seed)}")
    for name in scene.bus.names:
        print(f"--- the end of {name}.log", (logs / f"{name}.log").read_text("utf-8")[-LAST_BYTES:], sep="\n")
