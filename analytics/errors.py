"""What goes wrong with the analysts' copy."""

from pathlib import Path

from errors import Unavailable


class NoSnapshot(Unavailable):
    """Nothing was exported yet."""

    def __init__(self, folder: Path) -> None:
        """Say where it was looked for, and what to do."""
        super().__init__(f"There is no copy for analysts in {folder}; `rookery analytics refresh` makes one.")


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
