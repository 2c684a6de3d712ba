"""Why the program cannot run here and now."""


class CannotRun(Exception):
    """Something in the surroundings keeps the program from running; the message says what, why and what to do."""
