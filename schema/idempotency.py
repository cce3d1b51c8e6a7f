"""Mutations that create, and are done once for each `idempotencyKey` that a client sends with them."""

import hashlib
import inspect
import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

import orjson

from clock import now_ms
from errors import InvalidInput, OutcomeUnknown, Unavailable
from graph.idempotency import AlreadyMade, Once
from resolvers.context import Context
from schema.payloads import Returned
from services.accounts.viewer import Viewer

Again: TypeAlias = Callable[[Context, str, Mapping[str, Any]], Awaitable[Returned]]
"""Returns the payload for what was made before, as it is now, by its id; the arguments are those of the mutation.

What was made stale then is removed before: the process that made it may have ended before it did that."""

_KEY = re.compile(r"[!-~]{1,128}")
_TEXT = (
    "Any 1 to 128 visible ASCII characters, such as a UUID. Within 24 hours the same key makes nothing twice: it answers with "
    "what the first request made. With other input it is a CONFLICT."
)
PARAMETER = inspect.Parameter(
    "idempotency_key", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[str | None, _TEXT]
)
"""The field of the input."""


@dataclass(frozen=True, slots=True)
class DoneOnce:
    """A mutation whose function takes a request with a key as `once`, None without a key, and passes it to its write.

    `secret` names arguments of which not even a digest is stored.
    """

    mutation: str
    function: Callable[..., Awaitable[Returned]]
    again: Again
    secret: Collection[str] = ()

    async def __call__(self, context: Context, *viewers: Viewer, idempotency_key: str | None, **arguments: Any) -> Returned:
        """Run the function, or return what it made before.

        Raises:
            Conflict: the key was used with other input.
            InvalidInput: the key is not acceptable.

        """
        once = None if idempotency_key is None else self._once(idempotency_key, arguments)
        if once is not None and viewers:
            once = once.of(viewers[0].id)
        try:
            if once is not None and once.owner:
                await context.graph.check_unused(once)
            return await self.function(context, *viewers, once=once, **arguments)
        except AlreadyMade as before:
            made = before.id
        context.forget()
        try:
            return await self.again(context, made, arguments)
        except Unavailable as error:
            # It was made, so this must not read as a failure.
            raise OutcomeUnknown from error

    def _once(self, key: str, arguments: Mapping[str, Any]) -> Once:
        if not _KEY.fullmatch(key):
            raise InvalidInput("idempotencyKey", "A key has 1 to 128 visible ASCII characters.")
        printed = {name: value for name, value in arguments.items() if not (name in self.secret or self._is_default(name, value))}
        digest = hashlib.sha256(orjson.dumps(printed, option=orjson.OPT_SORT_KEYS)).hexdigest()
        return Once(self.mutation, key, digest, now_ms())

    def _is_default(self, name: str, value: object) -> bool:
        """Return whether an argument is as by default.

        Then it is left out of the digest: a request that is sent again to a newer version, whose input has more fields, is the
        same.
        """
        default = inspect.signature(self.function).parameters[name].default
        return default is not inspect.Parameter.empty and orjson.dumps(value) == orjson.dumps(default)
