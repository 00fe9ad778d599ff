"""Aggregated streams: analysts see the country move, and nobody in it."""
