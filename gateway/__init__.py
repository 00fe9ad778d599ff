"""The front door: pages of desks and of residents, by Starlette; it decides nothing that a processor decides."""
