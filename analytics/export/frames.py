"""Frames: rows of the graph become rows of the tables. Ids become pseudonyms here, and times are cut to the hour or day."""

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from analytics.export.months import HOUR, first_ms, month_of
from analytics.export.pages import Rows
from analytics.export.pseudonyms import Pseudonyms
from analytics.tables import TABLES

DAY = 24 * HOUR


def frame_of(table: str, rows: Rows, pseudonyms: Pseudonyms) -> pl.DataFrame:
    """Return the rows of a table that a page of the graph gave."""
    schema = TABLES[table].schema
    made = [_ROWS[table](row, pseudonyms) for row in rows]
    return pl.DataFrame(made, {name: _RAW.get(type_, type_) for name, type_ in schema.items()}, orient="row").cast(schema)


_RAW: Mapping[pl.DataType, pl.DataType] = {pl.Datetime("ms", "UTC"): pl.Int64(), pl.Date(): pl.Int32()}
"""Types of columns as rows hold them: times in milliseconds, and days, since 1970 UTC."""


def _hour(at: int) -> int:
    return at - at % HOUR


def _person(row: Any, names: Pseudonyms) -> tuple[Any, ...]:
    id_, _key, verified, has_bio, has_picture, _following = row
    return names.person(id_), first_ms(month_of(id_)) // DAY, verified, has_bio, has_picture


def _post(row: Any, names: Pseudonyms) -> tuple[Any, ...]:
    id_, author, at, lang, kind, *named, length, pictures, warned, edited, text = row
    reply_to, root, quote_of = (names.post(each) if each else None for each in named)
    told = lang, kind, reply_to, root, quote_of, length, pictures, warned, edited, text
    return names.post(id_), names.person(author), _hour(at), *told


def _hashtag(row: Any, names: Pseudonyms) -> tuple[Any, ...]:
    post, hashtag, at = row
    return names.post(post), hashtag, _hour(at)


def _mention(row: Any, names: Pseudonyms) -> tuple[Any, ...]:
    post, person, at = row
    return names.post(post), names.person(person), _hour(at)


def _reaction(row: Any, names: Pseudonyms) -> tuple[Any, ...]:
    person, post, at = row
    return names.person(person), names.post(post), _hour(at)


def _follow(row: Any, names: Pseudonyms) -> tuple[Any, ...]:
    follower, followed, at = row
    return names.person(follower), names.person(followed), at // DAY


_ROWS: Mapping[str, Callable[[Any, Pseudonyms], tuple[Any, ...]]] = {
    "people": _person,
    "posts": _post,
    "hashtags": _hashtag,
    "mentions": _mention,
    "likes": _reaction,
    "reposts": _reaction,
    "follows": _follow,
}
