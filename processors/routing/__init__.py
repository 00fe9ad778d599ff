"""Routing: to exactly whom an event goes, with which fields, by which rule of which law."""
