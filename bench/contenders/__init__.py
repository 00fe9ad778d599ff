"""Who competes: each is a process of its own, ``python -m bench.contenders.…``, watched from outside."""
