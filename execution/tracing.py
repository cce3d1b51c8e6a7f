"""Spans of what a plan does: the operation, its batch steps, and each lookup and call in them."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol, TypeAlias

from opentelemetry import trace

Attributes: TypeAlias = Mapping[str, str | int]


class Span(Protocol):
    """A span that is open."""

    def mark_failed(self) -> None:
        """Set the status to an error, where no exception leaves the span."""


class Tracer(Protocol):
    """Makes spans."""

    def span(self, name: str, attributes: Attributes, /) -> AbstractContextManager[Span]:
        """Begin a span below the current one, and end it with the block."""


class Untraced:
    """Makes no spans."""

    def span(self, _name: str, _attributes: Attributes, /) -> AbstractContextManager[Span]:
        """Return what does nothing."""
        return _NO_SPAN

    def mark_failed(self) -> None:
        """Do nothing."""


_NO_SPAN: AbstractContextManager[Span] = nullcontext(Untraced())


class OpenTelemetry:
    """Makes spans of OpenTelemetry. They go where the SDK of the process sends them, and nowhere without one."""

    def __init__(self, name: str, provider: trace.TracerProvider | None = None) -> None:
        """Name the program. Use the process's own provider, if none is given."""
        self._tracer = trace.get_tracer(name, tracer_provider=provider)

    @contextmanager
    def span(self, name: str, attributes: Attributes, /) -> Iterator[Span]:
        """Begin a span. Messages of exceptions stay out of it: they may quote what a client sent."""
        with self._tracer.start_as_current_span(
            name, attributes=attributes, record_exception=False, set_status_on_exception=False
        ) as span:
            opened = _OpenSpan(span)
            try:
                yield opened
            except Exception:
                opened.mark_failed()
                raise


class _OpenSpan:
    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def mark_failed(self) -> None:
        """Set the status to an error."""
        self._span.set_status(trace.StatusCode.ERROR)
