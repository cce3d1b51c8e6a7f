"""Metrics of mail: how each try ended."""

from dataclasses import dataclass
from typing import Self

from prometheus_client import CollectorRegistry, Counter


@dataclass(frozen=True, slots=True)
class MailMetrics:
    """The metrics of one process."""

    tries: Counter

    @classmethod
    def of(cls, registry: CollectorRegistry) -> Self:
        """Create the metrics in a registry."""
        text = "Tries to send a mail, by how they ended."
        return cls(Counter("rookery_mail_tries", text, ("outcome",), registry=registry))
