"""
What a desk did of what it was asked, as an input of the person's notices, for whoever has a desk before him.

Whether this clerk may, and whether the task is that desk's, is for the caller to know. Whoever sends it twice says it
once; a task that is not there is none the less for it.
"""

import json

from kairan.stream import Outgoing
from processors.notices import process
from processors.notices.facts import Settled
from processors.runtime import inputs


def letter(person: bytes, settled: Settled) -> Outgoing:
    """The record for ``process-inputs``, written under the principal ``desk``."""
    return inputs.letter(process.NAME, person, json.dumps(process.WORDS.to_json(settled)))
