"""``python -m operations``: the same as ``kairan``."""

from operations.cli import main

if __name__ == "__main__":  # a process of ours that is started beside it imports this again
    main()
