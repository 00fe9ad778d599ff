"""支援措置: measures that hide where somebody lives."""
