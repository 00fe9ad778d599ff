"""What happened: change records of core systems become statements, by pure mappings."""
