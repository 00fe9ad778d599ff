"""``python -m operations``: the same as ``kairan``."""

from operations.cli import main

main()
