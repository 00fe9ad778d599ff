"""Admission: the only writer of the log. It checks what members state, says who is meant, and appends."""
