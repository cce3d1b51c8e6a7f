"""The languages of mails, and which of them somebody prefers."""

from graph.rows.mails import Language

_MOST = 20
"""Languages of a header that are read: browsers send a handful."""


def preferred(header: str) -> Language | None:
    """Return the language that an `Accept-Language` header (RFC 9110, 12.5.4) prefers among ours; None where it names none."""
    wanted = [_weighed(part) for part in header.split(",")[:_MOST]]
    ours = [(weight, language) for weight, language in wanted if language is not None and weight > 0]
    return max(ours, key=lambda each: each[0])[1] if ours else None


def _weighed(part: str) -> tuple[float, Language | None]:
    """Return the weight of one language of a header, and which of ours it is: `de-AT` is German."""
    tag, _, weight = part.partition(";")
    code = tag.strip().partition("-")[0].upper()
    language = Language(code) if code in Language.__members__ else None
    try:
        return (float(weight.strip().removeprefix("q=")) if weight else 1.0), language
    except ValueError:
        return 0.0, language
