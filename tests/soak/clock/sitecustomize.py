"""
A wrong clock: Python imports this by itself when this folder is on a process's path, before any of its own code.

The bus has no such switch. Kafka's client reads the clock in C, where this does not reach; the times of records are the
broker's.
"""

import os
import time

NANOSECONDS = 1_000_000_000
_wrong_by = int(os.environ["WRONG_CLOCK_SECONDS"])
_time, _time_ns = time.time, time.time_ns

time.time = lambda: _time() + _wrong_by
time.time_ns = lambda: _time_ns() + _wrong_by * NANOSECONDS
