"""PostgreSQL as a member's system: its core system's outbox (source) and its back offices (sink)."""
