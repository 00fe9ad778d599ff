"""Births and deaths as the resident record knows them."""
