"""How a system is spoken to: protocols and vendors, never the law."""
