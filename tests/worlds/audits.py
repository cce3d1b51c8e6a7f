"""Audits of the timelines of a town."""

from dataclasses import replace

from services.delivery.audits import Audits
from tests.worlds.town import Town


def audits_of(town: Town, *, pause: float = 0, grace: int = 0) -> Audits:
    """Give the audits of a town, which do not wait."""
    audits = town.parts.audits
    audit = replace(audits.audit, reasons=replace(audits.audit.reasons, grace=grace))
    return replace(audits, pause=pause, audit=audit)
