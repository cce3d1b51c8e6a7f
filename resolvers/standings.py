"""What is told of how the viewer and somebody stand."""

import time
from datetime import datetime

from graph.rows import FOR_EVER, Standing, moment


def is_muting(standing: Standing) -> bool:
    """Tell whether the viewer mutes them now, be it their reposts alone."""
    return standing.muted_until > time.time_ns() // 1_000_000


def muted_until(standing: Standing) -> datetime | None:
    """Give when the mute ends, None where there is none now or it has no end."""
    return moment(standing.muted_until) if is_muting(standing) and standing.muted_until < FOR_EVER else None
