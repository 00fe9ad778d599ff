"""Residence: one module a fact; ``particulars`` of a record are that fact's own fields."""
