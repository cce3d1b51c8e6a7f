"""`rookery audit timelines`: compares a sample of cached timelines with the graph, and repairs what differs."""

from rich.table import Table

from commands.console import results
from parts import open_parts
from services.settings import Settings


async def audit_timelines(settings: Settings, sample: int, *, repair: bool) -> bool:
    """Print what differs, and return whether all of it is right by now.

    Raises:
        Unavailable: the graph or Redis is away.

    """
    async with open_parts(settings) as parts:
        report = await parts.audits.run(sample, repair=repair)
    table = Table("viewer", "missing", "extra", "misplaced", "unnoted", "repaired")
    for each in report.drifted:
        table.add_row(str(each.viewer), *map(str, each.drift.sizes.values()), "yes" if each.repaired else "no")
    if report.drifted:
        results.print(table)
    results.print(f"{report.timelines:,} timelines compared, {len(report.drifted):,} differ from the graph.")
    return all(each.repaired for each in report.drifted)
