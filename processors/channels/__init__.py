"""How a notice reaches its resident: where she wants to be told, when she may be, and what came of it."""
