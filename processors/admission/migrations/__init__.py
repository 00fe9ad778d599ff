"""The schema of admission's memory, applied by ``kairan.postgres.migrations``."""
