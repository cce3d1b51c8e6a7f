"""Whether the process lives, and whether it can serve."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse

from web.drain import Drain

Check = Callable[[], Awaitable[object]]
_log = structlog.get_logger("web.health")


class Health:
    """Answers `/livez` and `/readyz`.

    A check passes by returning in time and fails by raising. Those named `optional` are shown and do not count: what
    the product can do without must not take it out of service.
    """

    def __init__(
        self, checks: Mapping[str, Check], drain: Drain, *, timeout: float = 2.0, optional: frozenset[str] = frozenset()
    ) -> None:
        """`timeout` is in seconds and holds for each check."""
        self._checks = checks
        self._drain = drain
        self._timeout = timeout
        self._optional = optional

    async def livez(self, _request: Request) -> JSONResponse:
        """Say that the event loop turns; more would have a supervisor restart us for a database's fault."""
        return JSONResponse({"status": "alive"}, headers={"cache-control": "no-store"})

    async def readyz(self, _request: Request) -> JSONResponse:
        """Say whether to send requests here, and what is missing if not."""
        passed = await asyncio.gather(*(self._passes(name, check) for name, check in self._checks.items()))
        failed = {name for name, good in zip(self._checks, passed, strict=True) if not good}
        missing = sorted(failed - self._optional)
        if self._drain.started:
            missing = ["stopping", *missing]
        body = {
            "status": "unready" if missing else "ready",
            "missing": missing,
            "degraded": sorted(failed & self._optional),
        }
        return JSONResponse(body, status_code=503 if missing else 200, headers={"cache-control": "no-store"})

    async def _passes(self, name: str, check: Check) -> bool:
        try:
            async with asyncio.timeout(self._timeout):
                await check()
        except Exception as error:  # noqa: BLE001 (whatever a check raises means the same: the part is missing)
            _log.warning("check failed", check=name, error=type(error).__name__)
            return False
        return True
