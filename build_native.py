"""
Compiles ``kairan/_native.c`` when the package is built or installed.

Where there is no C compiler the package is whole without it: the same code in Python does the work, slower.
"""

import os
import shlex
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FLAGS = ("-O2", "-fPIC", "-shared", "-Wall", "-Wextra", "-Wno-unused-parameter")


class NativeBuildHook(BuildHookInterface):
    """For hatchling; the compiled file lies beside its source."""

    def initialize(self, _version: str, build_data: dict[str, Any]) -> None:
        folder = Path(self.root) / "kairan"
        target = folder / f"_native{sysconfig.get_config_var('EXT_SUFFIX')}"
        try:
            _compile(folder / "_native.c", target)
        except (OSError, subprocess.CalledProcessError) as error:
            target.unlink(missing_ok=True)  # of another source
            self.app.display_warning(f"kairan: not compiled ({error}); the same in Python does the work, slower")
        else:
            build_data["artifacts"].append(f"/kairan/{target.name}")
            build_data |= {"infer_tag": True, "pure_python": False}


def _compile(source: Path, target: Path) -> None:
    compiler = shlex.split(sysconfig.get_config_var("CC") or "cc")[0]
    include = sysconfig.get_path("include")
    draft = target.with_suffix(f".{os.getpid()}")  # who is killed here leaves nothing that could be loaded
    try:
        subprocess.run([compiler, *FLAGS, f"-I{include}", str(source), "-o", str(draft)], check=True)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
