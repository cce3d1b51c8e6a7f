"""What goes wrong with the analysts' copy."""

from pathlib import Path

from errors import TooManyOperations, Unavailable


class NoSnapshot(Unavailable):
    """Nothing was exported yet."""

    def __init__(self, folder: Path) -> None:
        """Say where it was looked for, and what to do."""
        super().__init__(f"There is no copy for analysts in {folder}; `rookery analytics refresh` makes one.")


class UnreadableSnapshot(Unavailable):
    """There is a snapshot, and the disk does not give it."""

    def __init__(self, folder: Path, reason: str) -> None:
        """Say where it lies, and what was wrong."""
        super().__init__(f"The copy for analysts in {folder} cannot be read: {reason}.")


class BrokenSnapshot(UnreadableSnapshot):
    """There is a snapshot, and it is not one of this program: its tables are of another version, or its manifest is broken.

    A refresh writes everything anew.
    """


class NotTurnedOn(Unavailable):
    """Nobody notes what changes, so that no copy could be kept true."""

    def __init__(self) -> None:
        """Say which setting turns it on."""
        super().__init__(
            "The copy for analysts is not turned on: set ROOKERY_ANALYTICS=true for the workers and for this command."
        )


class RefreshRuns(Unavailable):
    """Another refresh is at work on this folder."""

    def __init__(self, holder: str) -> None:
        """Say which."""
        super().__init__(f"Another refresh is at work: {holder}.")


class StillServed(Unavailable):
    """The graph of the copy is served, so it cannot be removed."""

    def __init__(self) -> None:
        """Say what to end."""
        super().__init__("The graph of this copy is served: end `rookery analytics up` first.")


class NotCaughtUp(Unavailable):
    """What happened before the refresh began was not noted in time."""

    def __init__(self, seconds: float) -> None:
        """Say what to look for."""
        super().__init__(
            f"What happened before was not noted within {seconds:.0f} s, so the copy stays as it was. "
            "Is a worker running with ROOKERY_ANALYTICS=true?"
        )


class NotesLost(Unavailable):
    """Notes of changes were lost while the copy was written."""

    def __init__(self) -> None:
        """Say that it is begun anew."""
        super().__init__("Redis lost what was noted while the copy was written. The next refresh writes everything anew.")


class SamePseudonym(Unavailable):
    """Two people or posts have the same pseudonym by the key of this epoch."""

    def __init__(self, table: str) -> None:
        """Say what to do: another key."""
        super().__init__(
            f"Two rows of {table} have the same pseudonym. Remove the key of this month from the folder `keys` of the copy, and "
            "refresh again: with another key everything gets other pseudonyms."
        )


class NothingExported(Unavailable):
    """Nothing was exported yet. It is `NoSnapshot` for clients, who need not know where it was looked for."""

    def __init__(self) -> None:
        """Say that there may be something later."""
        super().__init__("There is no copy for analysts yet. It is made by whoever runs the server.")


class CopyUnreadable(Unavailable):
    """There is a copy that cannot be read, for clients; the log says why."""

    def __init__(self) -> None:
        """Say that it comes back."""
        super().__init__("The copy for analysts cannot be read at the moment. The log of the server has the reason.")


class TookTooLong(Unavailable):
    """A question took longer than it may."""

    def __init__(self, name: str, seconds: float) -> None:
        """Say how long it may take, and what else there is."""
        super().__init__(f"The report `{name}` took longer than {seconds:g} s and was ended; the command has no limit.")


class AnswerFailed(Unavailable):
    """The process that answered a question died."""

    def __init__(self, name: str) -> None:
        """Say which one; the log has the rest."""
        super().__init__(f"The report `{name}` could not be made. It may need more memory than it may take here.")


class TooManyQuestions(TooManyOperations):
    """As many questions wait to be answered as may, or one has waited for too long."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("Too many reports wait to be made. Try again in a moment.")
