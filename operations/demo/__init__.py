"""The demonstration: a nation is played on the real stack, watched live, told as stories, and checked at the end."""
