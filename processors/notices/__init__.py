"""Notices: what follows from a fact for a resident, decided as a pure function; nothing here sends."""
