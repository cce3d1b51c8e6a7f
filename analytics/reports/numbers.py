"""Numbers and times as people read them."""

from datetime import UTC, datetime

from analytics.questions.question import Value

DASH = "\N{EN DASH}"
MILLISECONDS = 1_000
UNITS = ((1_000_000_000, "B"), (1_000_000, "M"), (1_000, "k"))


def number(value: Value) -> str:
    """Return a value: with commas between thousands, and a dash where it is not known."""
    if value is None:
        return DASH
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.2f}" if abs(value) >= 1 else f"{value:.4f}".rstrip("0")
    return value if isinstance(value, str) else f"{value:,.0f}"


def compact(value: float) -> str:
    """Return a number for an axis: `1.5k`, `20M`."""
    for size, unit in UNITS:
        if abs(value) >= size:
            return f"{value / size:.1f}".rstrip("0").rstrip(".") + unit
    return f"{value:g}"


def marked_at(mark: int) -> str:
    """Return a mark, in milliseconds since 1970 UTC."""
    return datetime.fromtimestamp(mark / MILLISECONDS, UTC).strftime("%Y-%m-%d %H:%M UTC")
