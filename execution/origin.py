"""Whose code raised an exception: this library's, generated code included, or code that it called."""

from types import FrameType, TracebackType

_LIBRARY = __name__.partition(".")[0]


def innermost(traceback: TracebackType | None) -> FrameType | None:
    """Return the frame that raised; None if nothing was raised."""
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    return traceback.tb_frame if traceback else None


def is_of_library(module: object) -> bool:
    """Return whether a module of this name belongs to this library."""
    return isinstance(module, str) and module.partition(".")[0] == _LIBRARY


def is_raised_by_library(error: BaseException) -> bool:
    """Return whether this library or generated code raised the error, not code that they called."""
    frame = innermost(error.__traceback__)
    return frame is not None and is_of_library(frame.f_globals.get("__name__"))
