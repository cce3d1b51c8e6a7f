"""The audit of timelines that a worker does every so often, and its metrics."""

from dataclasses import dataclass
from typing import Self

from prometheus_client import CollectorRegistry, Counter

from services.delivery.audits import AuditReport, Audits


@dataclass(frozen=True, slots=True)
class AuditMetrics:
    """The metrics of one worker."""

    audited: Counter
    drifted: Counter
    repaired: Counter
    differences: Counter

    @classmethod
    def of(cls, registry: CollectorRegistry) -> Self:
        """Create the metrics in a registry."""
        return cls(
            Counter("rookery_timelines_audited_total", "Cached timelines compared with the graph.", registry=registry),
            Counter("rookery_timelines_drifted_total", "Those that differed without a reason.", registry=registry),
            Counter("rookery_timelines_repaired_total", "Those that were built anew and are right.", registry=registry),
            Counter("rookery_timeline_drift_total", "Differences that audits found, by kind.", ("kind",), registry=registry),
        )

    def note(self, report: AuditReport) -> None:
        """Count what an audit found."""
        self.audited.inc(report.timelines)
        self.drifted.inc(len(report.drifted))
        self.repaired.inc(sum(each.repaired for each in report.drifted))
        for kind, count in report.sizes.items():
            self.differences.labels(kind).inc(count)


@dataclass(frozen=True, slots=True)
class PeriodicAudit:
    """Audits a sample of so many timelines, and repairs what it finds."""

    audits: Audits
    metrics: AuditMetrics
    sample: int

    async def run(self) -> None:
        """Do it once.

        Raises:
            Unavailable: Redis or the graph is away; the next run begins anew.

        """
        self.metrics.note(await self.audits.run(self.sample, repair=True))
