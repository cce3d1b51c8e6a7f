"""The formats of an answer: CSV, Parquet and JSON for programs, HTML and PNG to look at."""

import csv
import io
import json
from collections.abc import Callable, Mapping
from enum import StrEnum

from analytics.questions.question import Answer, ColumnType


class Format(StrEnum):
    """A format of an answer. A table is for the terminal, and made where that is known."""

    TABLE = "table"
    CSV = "csv"
    PARQUET = "parquet"
    JSON = "json"
    HTML = "html"
    PNG = "png"


def as_bytes(answer: Answer, format_: Format) -> bytes:
    """Return an answer as the content of a file; there is none of a table."""
    return _WRITERS[format_](answer)


def described(answer: Answer) -> Mapping[str, object]:
    """Return what an answer is of, and what its columns mean."""
    question = answer.question
    return {
        "name": question.name,
        "question": question.text,
        "parameters": dict(answer.given),
        "engine": question.engine,
        "mark": answer.mark,
        "epoch": answer.epoch,
        "columns": [{"name": each.name, "type": each.type, "text": each.text, "unit": each.unit} for each in question.columns],
    }


def _csv(answer: Answer) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.name for column in answer.question.columns])
    writer.writerows(answer.rows)
    return text.getvalue().encode()


def _json(answer: Answer) -> bytes:
    return (json.dumps({**described(answer), "rows": answer.rows}, indent=2, ensure_ascii=False) + "\n").encode()


def _parquet(answer: Answer) -> bytes:
    import polars as pl

    types = {
        ColumnType.TEXT: pl.String(),
        ColumnType.DAY: pl.String(),
        ColumnType.INTEGER: pl.Int64(),
        ColumnType.FLOAT: pl.Float64(),
    }
    columns = answer.question.columns
    frame = pl.DataFrame(answer.rows, schema={each.name: types[each.type] for each in columns}, orient="row")
    days = [pl.col(each.name).str.to_date("%Y-%m-%d") for each in columns if each.type is ColumnType.DAY]
    file = io.BytesIO()
    frame.with_columns(days).write_parquet(file, metadata={"rookery": json.dumps(described(answer))})
    return file.getvalue()


def _html(answer: Answer) -> bytes:
    from analytics.reports.pages import answer_page

    return answer_page(answer).encode()


def _png(answer: Answer) -> bytes:
    from analytics.reports.plots import png

    return png(answer)


_WRITERS: Mapping[Format, Callable[[Answer], bytes]] = {
    Format.CSV: _csv,
    Format.PARQUET: _parquet,
    Format.JSON: _json,
    Format.HTML: _html,
    Format.PNG: _png,
}
