"""Rows of hashtags."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HashtagRow:
    """A hashtag, by the form by which hashtags are compared."""

    name: str

    @property
    def id(self) -> str:
        """Its name, which names nothing else."""
        return self.name
