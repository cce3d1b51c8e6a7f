"""Bailouts: compiled code gives up because something is not as the plan assumes, and graphql-core answers."""

from enum import StrEnum


class BailoutCause(StrEnum):
    """Why compiled code gave up; labels of the metric."""

    RESOLVER_ERROR = "resolver_error"
    """A resolver, a loader or a property of a row raised, or an exception was given as a value."""
    NULL = "null"
    """A null where the schema has none."""
    WRONG_TYPE = "wrong_type"
    """A value that its scalar or enum refuses."""
    WRONG_ROW = "wrong_row"
    """A row that is not of the field's type."""
    MISSING_ATTRIBUTE = "missing_attribute"
    """A row without the attribute that the declaration names."""
    OUT_OF_RANGE = "out_of_range"
    """An integer beyond 32 bits."""
    NOT_A_LIST = "not_a_list"
    """Something other than a list or a tuple in the place of a list; graphql-core accepts any iterable."""
    WRONG_KEY = "wrong_key"
    """A key that cannot be looked up: null in a list of keys, or not hashable."""
    REFUSED_COLUMN = "refused_column"
    """Values that the function of a `MappedColumn` refuses; the field's resolver may accept them."""
    AWAITABLE = "awaitable"
    """A value that would have to be awaited, where the declaration promises that nothing waits."""
    REFUSED_ARGUMENT = "refused_argument"
    """An argument that is refused only when its field runs, such as null from a variable that has a default."""
    NOT_JSON = "not_json"
    """A result that `orjson` refuses, such as half of a surrogate pair."""
    DEFECT = "defect"
    """An exception of the compiled code or of this library itself: never the data's fault."""

    @property
    def needs_confirmation(self) -> bool:
        """Whether graphql-core must meet it as well, mostly as an error. If it does not, the compiled code was wrong."""
        return self in _CONFIRMED


_CONFIRMED = frozenset(
    {
        BailoutCause.RESOLVER_ERROR,
        BailoutCause.NULL,
        BailoutCause.WRONG_TYPE,
        BailoutCause.WRONG_ROW,
        BailoutCause.MISSING_ATTRIBUTE,
        BailoutCause.OUT_OF_RANGE,
        BailoutCause.REFUSED_ARGUMENT,
        BailoutCause.NOT_JSON,
    }
)


class Bailout(Exception):
    """Something is not as the plan assumes. It has no message: the cause is what is counted, and values must not be logged."""

    def __init__(self, cause: BailoutCause) -> None:
        """Give up for this cause."""
        super().__init__(cause.value)
        self.cause = cause
