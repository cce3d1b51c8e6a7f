"""What the shell tells, and goes on after."""


class Refused(Exception):
    """The server refuses a query, or the shell a command; the message is for whoever wrote it."""
