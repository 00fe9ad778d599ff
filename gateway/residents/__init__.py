"""The residents' side of the front door: what I must do, my notices, my move, who received what about me."""
