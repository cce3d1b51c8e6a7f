"""Health checks: whether the process is alive, and whether it can serve."""

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

    A check passes if it returns in time, and fails if it raises. The result of an `optional` check is shown but does not make
    the process unready: the product works without that part.
    """

    def __init__(
        self, checks: Mapping[str, Check], drain: Drain, *, timeout: float = 2.0, optional: frozenset[str] = frozenset()
    ) -> None:
        """`timeout` is the limit of each check, in seconds."""
        self._checks = checks
        self._drain = drain
        self._timeout = timeout
        self._optional = optional
        self._failing: set[str] = set()

    async def livez(self, _request: Request) -> JSONResponse:
        """Answer that the event loop runs. Checking more would make a supervisor restart us when a database is down."""
        return JSONResponse({"status": "alive"}, headers={"cache-control": "no-store"})

    async def readyz(self, _request: Request) -> JSONResponse:
        """Answer whether to send requests here, and if not, which checks failed."""
        passed = await asyncio.gather(*(self._passes(name, check) for name, check in self._checks.items()))
        failed = {name for name, good in zip(self._checks, passed, strict=True) if not good}
        missing = sorted(failed - self._optional)
        if self._drain.announced:
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
        except Exception as error:  # noqa: BLE001 (whatever a check raises means that its part is not available)
            if name not in self._failing:  # probes come every few seconds, and an outage is one line
                _log.warning("check failed", check=name, error=type(error).__name__)
            self._failing.add(name)
            return False
        if name in self._failing:
            self._failing.remove(name)
            _log.warning("check passes again", check=name)
        return True
