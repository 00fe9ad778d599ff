"""What is wrong with what was asked; apart from the rest, because the command line imports it always."""


class UnknownNameError(Exception):
    """Nothing here has this name, or more than one thing; the message is shown to a person as it is."""
