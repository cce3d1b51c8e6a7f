"""Finds out why compiled code raised: the data is odd, or the code is wrong.

What a bailout means is known where it is raised. Any other exception is judged by the code that raised it: code of the product
(a property of a row, a computed function) is a resolver's error, this library and its generated code are a defect.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType

from execution.bailout import Bailout, BailoutCause
from execution.origin import innermost, is_of_library, is_raised_by_library
from execution.source import FILENAME, MODULE


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
    """Return why compiled code raised; `fields` are those of the lines of its plan.

    Several things may have failed at the same time. A defect among them is the one to report.
    """
    errors = list(_singly(error))
    error = next((each for each in errors if _cause(each) is BailoutCause.DEFECT), errors[0])
    cause, field = _cause(error), _field(error.__traceback__, fields)
    if cause is BailoutCause.DEFECT:
        return Diagnosis(cause, field, error=error)
    return Diagnosis(cause, field, error.name if isinstance(error, AttributeError) and error.name else "")


def _singly(error: Exception) -> Iterator[Exception]:
    """Yield the exceptions of a group and of the groups in it, or the exception itself."""
    if isinstance(error, ExceptionGroup):
        for each in error.exceptions:
            yield from _singly(each)
    else:
        yield error


def _cause(error: Exception) -> BailoutCause:
    if isinstance(error, Bailout):
        return error.cause
    if not is_raised_by_library(error):
        return BailoutCause.RESOLVER_ERROR
    frame = innermost(error.__traceback__)
    in_plan = frame is not None and frame.f_globals.get("__name__") == MODULE
    if in_plan and isinstance(error, AttributeError) and not is_of_library(type(error.obj).__module__):
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
