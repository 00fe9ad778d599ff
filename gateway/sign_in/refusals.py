"""Why somebody is not signed in: a code for the log. Whoever tries is told nothing of it."""


class RefusedSignInError(Exception):
    """Nobody is signed in; ``code`` names the rule and holds nothing of what was sent."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
