"""How many examples each property has: few in ``make test``, which is run often; many in ``make soak``."""

import os

from hypothesis import settings

settings.register_profile("often", max_examples=20, deadline=None)
settings.register_profile("soak", max_examples=400, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "often"))
