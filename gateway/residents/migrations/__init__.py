"""The tables of the residents' side of the front door."""
