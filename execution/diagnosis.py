"""Finds out why compiled code raised: the data is odd, or the code is wrong.

What a bailout means is known where it is raised. Any other exception is judged by the code that raised it: code of the product
(a property of a row, a computed function) is a resolver's error, this library and its generated code are a defect.
"""

from dataclasses import dataclass
from types import FrameType, TracebackType

from execution.bailout import Bailout, BailoutCause
from execution.source import FILENAME, MODULE

_LIBRARY = __name__.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Why a plan gave up, and at which field."""

    cause: BailoutCause
    field: str = ""
    """As in `Post.author`, or `Post` where a line serves several fields; empty if unknown."""
    attribute: str = ""
    """The attribute that a row lacks."""
    error: Exception | None = None
    """What was raised, if it is a defect."""


def diagnose(error: Exception, fields: tuple[str, ...]) -> Diagnosis:
    """Return why compiled code raised; `fields` are those of the lines of its plan."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    cause, field = _cause(error), _field(error.__traceback__, fields)
    if cause is BailoutCause.DEFECT:
        return Diagnosis(cause, field, error=error)
    return Diagnosis(cause, field, error.name if isinstance(error, AttributeError) and error.name else "")


def is_raised_by_library(error: BaseException) -> bool:
    """Return whether this library or generated code raised the error, not code that they called."""
    frame = _innermost(error.__traceback__)
    return frame is not None and _is_ours(frame.f_globals.get("__name__"))


def _cause(error: Exception) -> BailoutCause:
    if isinstance(error, Bailout):
        return error.cause
    if not is_raised_by_library(error):
        return BailoutCause.RESOLVER_ERROR
    frame = _innermost(error.__traceback__)
    in_plan = frame is not None and frame.f_globals.get("__name__") == MODULE
    if in_plan and isinstance(error, AttributeError) and not _is_ours(type(error.obj).__module__):
        return BailoutCause.MISSING_ATTRIBUTE
    return BailoutCause.DEFECT


def _field(traceback: TracebackType | None, fields: tuple[str, ...]) -> str:
    """Return the field of the innermost line of the plan that was running."""
    found = ""
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == FILENAME and traceback.tb_lineno <= len(fields):
            found = fields[traceback.tb_lineno - 1]
        traceback = traceback.tb_next
    return found


def _innermost(traceback: TracebackType | None) -> FrameType | None:
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    return traceback.tb_frame if traceback else None


def _is_ours(module: object) -> bool:
    return isinstance(module, str) and module.partition(".")[0] == _LIBRARY
