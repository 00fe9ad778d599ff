"""
The commands of ``kairan``, a file a group.

A new command is a function in a file here and one line in ``operations/cli.py``. It returns an ``ExitCode`` or
nothing; what it needs beyond the standard library it imports inside, so that ``kairan --help`` stays quick.
"""
