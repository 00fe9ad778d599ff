"""
What operators look at: records, the way of an event, who was entitled to it, what differs.

``reading`` and ``databases`` open things; the rest is pure.
"""
