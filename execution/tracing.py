"""Spans of what a plan does: the operation, its waves, and each look-up and call in them."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol, TypeAlias

from opentelemetry import trace

Attributes: TypeAlias = Mapping[str, str | int]


class Span(Protocol):
    """Something that takes time."""

    def failed(self) -> None:
        """Say that it went wrong, where no exception does."""


class Tracer(Protocol):
    """Makes spans."""

    def span(self, name: str, attributes: Attributes, /) -> AbstractContextManager[Span]:
        """Begin one below the present one, and end it with the block."""


class Untraced:
    """Makes none."""

    def span(self, _name: str, _attributes: Attributes, /) -> AbstractContextManager[Span]:
        """Give what does nothing."""
        return _NO_SPAN

    def failed(self) -> None:
        """Do nothing."""


_NO_SPAN: AbstractContextManager[Span] = nullcontext(Untraced())


class OpenTelemetry:
    """Makes spans of OpenTelemetry. They go where the SDK of the process sends them, and nowhere without one."""

    def __init__(self, provider: trace.TracerProvider | None = None) -> None:
        """Take the process's own provider, if none is given."""
        self._tracer = trace.get_tracer("rookery", tracer_provider=provider)

    @contextmanager
    def span(self, name: str, attributes: Attributes, /) -> Iterator[Span]:
        """Begin a span. Messages of exceptions stay out of it: they may quote what a client sent."""
        with self._tracer.start_as_current_span(
            name, attributes=attributes, record_exception=False, set_status_on_exception=False
        ) as span:
            shown = _Shown(span)
            try:
                yield shown
            except Exception:
                shown.failed()
                raise


class _Shown:
    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def failed(self) -> None:
        """Set the status."""
        self._span.set_status(trace.StatusCode.ERROR)
