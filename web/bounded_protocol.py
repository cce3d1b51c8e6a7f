"""The HTTP protocol of each connection, bounded in the bytes and the time that a client may take.

Uvicorn bounds neither the head of a request nor the time for it. A head without an end is kept in memory and copied again for
each packet, so that a few connections occupy a process for good. Here every wait for a client has an end:

| the client | has | then |
| --- | --- | --- |
| connects and sends nothing | `head_seconds` | the connection closes |
| has begun a head | `head_seconds`, `head_bytes` | 408, 431 or 414 |
| has an answer and still owes a body | `rest_seconds` | the connection closes |
| is silent between two requests | the keep-alive time | the connection closes |
| reads nothing of an answer | `stall_seconds` | the connection is reset |

The time for a body is bounded where it is read, see `web/bodies.py`.
"""

import asyncio
from typing import TYPE_CHECKING, Any, cast

import httptools
from uvicorn.config import Config
from uvicorn.server import ServerState

from web import head_refusals
from web.coalescing import CoalescingProtocol
from web.head_checks import host_fault, size_fault
from web.head_refusals import HeadRefusal
from web.limits import ConnectionLimits
from web.reading_watch import ReadingWatch
from web.refusal_log import RefusalLog
from web.write_flow import WriteFlow

if TYPE_CHECKING:
    from starlette.types import Scope


class _HeadRefused(Exception):
    """Stops the parser from within a callback; the reason is in `BoundedProtocol._fault`."""


class BoundedProtocol(CoalescingProtocol):
    """Uvicorn's HTTP protocol with limits on heads, pipelines and silence.

    A refusal waits for the answers to the requests before it on the same connection.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        limits: ConnectionLimits,
        log: RefusalLog,
    ) -> None:
        """Take what uvicorn passes, the limits, and the log that all connections share."""
        super().__init__(config, server_state, app_state, _loop)
        self._limits = limits
        self._log = log
        self._head_open = False
        self._body_open = False
        self._progress = 0
        """Grows whenever the parser has completed something, so that bytes that complete nothing can be counted."""
        self._barren_bytes = 0
        self._fed_bytes = 0
        """At most so many bytes has the head that is being read: a small packet needs no look at the sizes in it."""
        self._most_headers = limits.headers
        self._smallest = limits.smallest
        self._fault: HeadRefusal | None = None
        self._refusal: HeadRefusal | None = None
        self._discarded = 0
        self._read_timer: asyncio.TimerHandle | None = None
        self._write_watch: ReadingWatch | None = None

    # The connection

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._write_flow = WriteFlow(self.transport, self.flow)
        self._read_timer = self.loop.call_later(self._limits.head_seconds, self._head_late)

    def connection_lost(self, exc: Exception | None) -> None:
        """Drop everything that would keep the connection in memory: timers, and requests that never began."""
        super().connection_lost(exc)
        self._unset_keepalive_if_required()
        self._stop_read_timer()
        self._stop_write_watch()
        self.pipeline.clear()
        self.cycle = None  # type: ignore[assignment]  # a request that never began and this object keep each other

    def data_received(self, data: bytes) -> None:
        """Parse what arrived, and refuse what is malformed or over a limit."""
        if self._refusal is not None:
            self._discard(data)
            return
        self._unset_keepalive_if_required()
        was_open, before = self._head_open or self._body_open, self._progress
        self._fed_bytes = self._fed_bytes + len(data) if self._head_open else len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            if self._should_upgrade():
                self.handle_websocket_upgrade()
            return
        except httptools.HttpParserError:
            self._refuse(self._fault or head_refusals.MALFORMED)
            return
        if self._head_open or self._body_open or self._progress == before:
            self._count_barren(len(data), was_open=was_open, completed=self._progress - before)
        if self._read_timer is None:
            self._watch(progressed=self._progress != before)

    def pause_writing(self) -> None:
        """Begin to wait for a client that does not read."""
        super().pause_writing()
        self._start_write_watch()

    def resume_writing(self) -> None:
        """Stop waiting for the client to read."""
        super().resume_writing()
        self._stop_write_watch()
        self._bound_closing()

    def timeout_keep_alive_handler(self) -> None:
        """Close a silent connection; an answer that was not read in all this time is dropped."""
        self._close()

    # The parser

    def on_message_begin(self) -> None:
        """Begin a head."""
        super().on_message_begin()
        self._progress += 1
        self._head_open = True
        self._discarded = 0

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, as uvicorn does, up to the most that a request may have."""
        headers = self.headers
        if len(headers) >= self._most_headers:
            self._stop(head_refusals.TOO_MANY_HEADERS)
        name = name.lower()
        if name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Check the head as a whole, and start the request or queue it."""
        self._progress += 1
        if self._fed_bytes > self._smallest and (fault := size_fault(self.url, self.headers, self._limits)):
            self._stop(fault)
        if fault := host_fault(self.url, self.headers, self.parser.get_http_version()):
            self._stop(fault)
        if len(self.pipeline) >= self._limits.pipelined:
            self._stop(head_refusals.TOO_MANY_PIPELINED)
        self._write_flow.offer(cast("Scope", self.scope))
        upgrades = self.parser.should_upgrade() and self._should_upgrade()
        if upgrades and self._is_answering():
            self._stop(head_refusals.UPGRADE_BEHIND_REQUEST)
        super().on_headers_complete()
        self._head_open, self._body_open = False, True
        if not upgrades:
            self.headers = []  # trailers go here: the application reads the headers already
        if self._read_timer is not None:
            self._stop_read_timer()

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body; what follows an answer is read up to a size, until the time for it is over."""
        self._progress += 1
        super().on_body(body)
        if self.cycle is not None and self.cycle.response_complete:
            self._discard(body)

    def on_message_complete(self) -> None:
        """End the request; a body that was awaited after its answer has come."""
        super().on_message_complete()
        self._progress += 1
        self._body_open = False
        if self._read_timer is not None:
            self._stop_read_timer()

    def on_response_complete(self) -> None:
        """Go on with the next request, or with the refusal that waited for this answer."""
        if self._refusal is not None and not self.pipeline:
            self._send_refusal()
            return
        super().on_response_complete()
        self._bound_closing()
        if self._body_open and not self._is_answering():
            self._unset_keepalive_if_required()
            self._stop_read_timer()
            self._read_timer = self.loop.call_later(self._limits.rest_seconds, self._close)

    # Limits

    def _count_barren(self, size: int, *, was_open: bool, completed: int) -> None:
        """Count bytes that completed nothing: the parser keeps an unfinished header or trailer, and skips blank lines.

        A packet that completes something may hold much that is no head, so its bytes do not count.
        """
        if completed == 0:
            self._barren_bytes += size
        else:
            # A packet that only begins a head belongs to the head as a whole.
            self._barren_bytes = size if self._head_open and not was_open and completed == 1 else 0
        if self._head_open and len(self.url) > self._limits.request_line_bytes:
            self._refuse(head_refusals.LINE_TOO_LONG)
        elif self._barren_bytes > self._limits.request_line_bytes + self._limits.head_bytes:
            self._refuse(head_refusals.HEAD_TOO_LARGE)

    def _watch(self, *, progressed: bool) -> None:
        """Begin to wait for the rest of a head, or for a request behind bytes that are none."""
        if self._head_open or not (progressed or self._body_open or self._is_answering()):
            self._read_timer = self.loop.call_later(self._limits.head_seconds, self._head_late)
        elif not (self._body_open or self._is_answering()):
            self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)

    def _stop(self, fault: HeadRefusal) -> None:
        """Stop the parser, and with it the connection."""
        self._fault = fault
        raise _HeadRefused

    # Ends

    def _head_late(self) -> None:
        self._read_timer = None
        if self._head_open:
            self._refuse(head_refusals.HEAD_TOO_SLOW)
        else:
            self._close()

    def _refuse(self, refusal: HeadRefusal) -> None:
        """Read no more requests, and send the refusal once the answers that are due have been sent."""
        self._log.add(refusal)
        self._refusal = refusal
        self._unset_keepalive_if_required()
        self._stop_read_timer()
        if self._body_open and self._is_answering():
            self._give_up_body()
        if not self._is_answering():
            self._send_refusal()

    def _give_up_body(self) -> None:
        """End the request whose body is at fault: drop it from the queue, or tell the application that the client has gone."""
        cycle = self.cycle
        if self.pipeline:
            self.pipeline.popleft()
            return
        cycle.disconnected = True
        cycle.message_event.set()
        if cycle.response_started:
            self.transport.abort()
        else:
            self._send_refusal()

    def _send_refusal(self) -> None:
        """Answer and close the sending side; what still arrives is read and dropped, or it would reset the connection."""
        if self._refusal is None or self.transport.is_closing() or self._read_timer is not None:
            return
        self.transport.write(self._refusal.response())
        self.transport.write_eof()
        self._read_timer = self.loop.call_later(self._limits.linger_seconds, self._close)

    def _discard(self, data: bytes) -> None:
        """Count what nobody will read, up to a size at which reading stops."""
        self._discarded += len(data)
        if self._discarded > self._limits.linger_bytes:
            self.flow.pause_reading()

    def _close(self) -> None:
        """Close the connection without waiting for a client that does not read."""
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            self.transport.close()

    def _bound_closing(self) -> None:
        """Limit the time in which a closed connection may send what is left: it waits for the client to read that."""
        if self.transport.is_closing() and self.transport.get_write_buffer_size():
            self._start_write_watch()

    def _is_answering(self) -> bool:
        """Return whether an answer is due: the newest request is the last to get its own."""
        return self.cycle is not None and not self.cycle.response_complete

    def _stop_read_timer(self) -> None:
        if self._read_timer is not None:
            self._read_timer.cancel()
            self._read_timer = None

    def _start_write_watch(self) -> None:
        self._stop_write_watch()
        self._write_watch = ReadingWatch(self._write_flow, self._limits.stall_seconds, self.transport.abort)

    def _stop_write_watch(self) -> None:
        if self._write_watch is not None:
            self._write_watch.stop()
            self._write_watch = None
