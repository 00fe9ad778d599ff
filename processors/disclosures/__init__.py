"""Who was told what of a person, kept for herself: the entries of routing, and which of them she is shown when."""
