"""A synthetic nation that works in core systems' tables as clerks would."""
