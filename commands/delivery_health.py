"""`rookery delivery health`: how delivery is doing, from the metrics of workers."""

import json
from collections.abc import Sequence
from dataclasses import asdict

import httpx
from rich.table import Table

from analytics.reports.delivery_health import HealthFigure, Metrics, delivery_health
from analytics.reports.numbers import number
from commands.console import results
from errors import InvalidInput, Unavailable

SECONDS = 10.0
"""Longest wait for a worker."""
BAD_STATUS = 400


def health(addresses: Sequence[str], *, as_json: bool) -> bool:
    """Print the figures; return whether all that should be nothing is.

    Raises:
        InvalidInput: an address tells no metrics.
        Unavailable: nobody answers there.

    """
    figures = delivery_health(_metrics(addresses))
    if as_json:
        results.print_json(json.dumps([asdict(figure) for figure in figures]))
    else:
        _print(figures)
    return all(figure.good is not False for figure in figures)


def _metrics(addresses: Sequence[str]) -> Metrics:
    texts = []
    for address in addresses:
        try:
            answer = httpx.get(address, timeout=SECONDS, trust_env=False)
        except httpx.HTTPError as error:
            raise Unavailable(f"Nothing tells metrics at {address} ({error}): see ROOKERY_WORKER_METRICS_PORT.") from error
        if answer.status_code >= BAD_STATUS:
            raise InvalidInput("metrics", f"{address} answers {answer.status_code}.")
        texts.append(answer.text)
    try:
        metrics = Metrics.of(texts)
    except ValueError as error:
        raise InvalidInput("metrics", f"What was answered is no text of metrics: {error}.") from error
    if metrics.total("rookery_events_handled_total") is None and metrics.most("rookery_outbox_depth") is None:
        raise InvalidInput("metrics", "What was answered are not the metrics of a worker.")
    return metrics


def _print(figures: Sequence[HealthFigure]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("figure", no_wrap=True)
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column("unit", no_wrap=True)
    table.add_column("")
    table.add_column("meaning")
    for figure in figures:
        judged = {True: "[green]✓[/]", False: "[red]✗[/]", None: ""}[figure.good]
        table.add_row(figure.name, number(figure.value), figure.unit, judged, figure.meaning)
    results.print(table)
