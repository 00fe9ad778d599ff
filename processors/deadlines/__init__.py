"""Deadlines: by which day the law wants something done, counted as it counts; the law itself is data."""
