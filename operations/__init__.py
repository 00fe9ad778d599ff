"""The ``kairan`` command, the local stack and what operators look at."""
