"""Headers that tell browsers to be careful with what we send."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
)
# What is not a page needs nothing; a page brings its own policy.
_POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
# Two years, as browsers' preload lists ask.
_TRANSPORT = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")


class SecurityHeaders:
    """Adds the headers to every response."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        """`https` says that clients reach us by HTTPS, and makes browsers keep to it."""
        self._app = app
        self._headers = (*_HEADERS, _TRANSPORT) if https else _HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wrap the response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                has_policy = any(name == _POLICY[0] for name, _ in headers)
                message["headers"] = [*headers, *self._headers, *(() if has_policy else (_POLICY,))]
            await send(message)

        await self._app(scope, receive, send_with_headers)
