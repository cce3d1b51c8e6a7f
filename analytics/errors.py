"""What goes wrong with the analysts' copy."""

from pathlib import Path

from errors import Unavailable


class NoSnapshot(Unavailable):
    """Nothing was exported yet."""

    def __init__(self, folder: Path) -> None:
        """Say where it was looked for, and what to do."""
        super().__init__(f"There is no copy for analysts in {folder}; `rookery analytics refresh` makes one.")
