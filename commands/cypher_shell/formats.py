"""How answers are printed."""

from enum import StrEnum


class AnswerFormat(StrEnum):
    """A table for people, the others for programs."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
