"""Counts bailouts by cause, and logs samples of them: the schema's names of fields, never values.

A defect of the compiler must not pass for odd data, although graphql-core answers in both cases. It is logged as an error.
"""

from collections import Counter
from collections.abc import Callable
from logging import DEBUG, WARNING
from time import monotonic
from traceback import format_tb

import structlog
from prometheus_client import CollectorRegistry
from prometheus_client import Counter as Metric

from execution.bailout import BailoutCause
from execution.diagnosis import Diagnosis
from execution.plan import Plan

LOG_INTERVAL = 60.0
"""Seconds between two samples of a cause, once the operation has had one of its own."""

_TOLD_ELSEWHERE = frozenset({BailoutCause.RESOLVER_ERROR, BailoutCause.REFUSED_ARGUMENT})
"""What no operator is warned of here: a resolver refuses whatever a client may not do, and whoever answers the client logs an
error that is none of theirs."""

_SAFE = (AttributeError, NameError, TypeError)
"""Errors whose messages name attributes and types, not values."""

log = structlog.get_logger(__name__)


class Bailouts:
    """Counts of this process for each cause. The metric has only the causes that were met."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        """Begin at zero. `now` gives seconds."""
        self.by_cause: Counter[BailoutCause] = Counter()
        self._now = now
        self._logged_at: dict[BailoutCause, float] = {}
        self._metric: Metric | None = None

    def publish(self, registry: CollectorRegistry, prefix: str) -> None:
        """Count in a metric of this registry as well from now on."""
        text = "Compiled operations and events that graphql-core had to finish, by cause."
        self._metric = Metric(f"{prefix}_bailouts", text, ("cause",), registry=registry)

    def count(self, diagnosis: Diagnosis, plan: Plan, *, confirmed: bool) -> None:
        """Count a bailout of a plan; `confirmed` says whether graphql-core met its cause as well.

        If it did not where it must, the compiled code was wrong: that is a defect.
        """
        is_defect = diagnosis.cause is BailoutCause.DEFECT or (diagnosis.cause.needs_confirmation and not confirmed)
        cause = BailoutCause.DEFECT if is_defect else diagnosis.cause
        self._add(cause)
        if not self._is_sample(cause, plan):
            return
        event = {"operation": plan.kind.value, "root_fields": plan.root_fields, "field": diagnosis.field}
        if diagnosis.attribute:
            event["attribute"] = diagnosis.attribute
        if not is_defect:
            level = DEBUG if cause in _TOLD_ELSEWHERE else WARNING
            log.log(level, "compiled operation bailed out", cause=cause.value, **event)
        elif diagnosis.error is None:
            log.error("defect of compiled code: graphql-core does not meet its cause", cause=diagnosis.cause.value, **event)
        else:
            log.error("defect of compiled code", exception=_traceback(diagnosis.error), **event)

    def count_compiler_defect(self, error: Exception) -> None:
        """Count an operation that could not be compiled because the compiler raised. It happens once for each plan."""
        self._add(BailoutCause.DEFECT)
        log.error("defect of the compiler", exception=_traceback(error))

    def _add(self, cause: BailoutCause) -> None:
        self.by_cause[cause] += 1
        if self._metric is not None:
            self._metric.labels(cause.value).inc()

    def _is_sample(self, cause: BailoutCause, plan: Plan) -> bool:
        """Return whether to log: the first of each plan, then at most one in a while for all plans."""
        now = self._now()
        if cause in plan.logged_causes and now - self._logged_at[cause] < LOG_INTERVAL:
            return False
        plan.logged_causes.add(cause)
        self._logged_at[cause] = now
        return True


def _traceback(error: Exception) -> str:
    """Write a traceback as text, so that no renderer adds local variables, and no message that may quote a value."""
    message = f": {error}" if isinstance(error, _SAFE) else ""
    return f"{''.join(format_tb(error.__traceback__))}{type(error).__name__}{message}"
