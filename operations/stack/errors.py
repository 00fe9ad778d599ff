"""What stops the stack, as a sentence that says what to do."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class StackError(Exception):
    """The message is shown to a person as it is."""


@contextmanager
def disk_explained(place: Path) -> Iterator[None]:
    """Turns a full disk, a forbidden folder and one that cannot be made into sentences."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise StackError(f"The disk that holds {place} is full: free some space and run the same again.") from error
        if error.errno in {errno.EACCES, errno.EROFS, errno.EPERM}:
            raise StackError(
                f"{error.filename or place} may not be written: set KAIRAN_HOME to your own folder."
            ) from error
        if error.errno in {errno.ENOENT, errno.ENOTDIR, errno.EEXIST} and not place.is_dir():
            raise StackError(f"The folder {place} cannot be made: set KAIRAN_HOME to one that can.") from error
        raise
