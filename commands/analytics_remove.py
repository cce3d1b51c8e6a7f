"""`rookery analytics remove`: the copy for analysts goes from the disk, with its keys, its answers and its graph."""

import shutil
from pathlib import Path

from analytics.errors import StillServed
from analytics.export.building import BUILDING
from analytics.export.lock import held
from analytics.export.pseudonyms import KEYS
from analytics.graph_copy.address import FILE, GRAPH
from analytics.questions.answer_cache import ANSWERS
from analytics.questions.copy import SPILL
from analytics.questions.places import PLACES
from analytics.snapshots import CURRENT, SNAPSHOTS
from commands.console import results
from services.settings import Settings
from stack.analysts_stores import remove_stores


def remove(settings: Settings, folder: Path | None) -> None:
    """Remove the copy. What was killed while it removes is done again.

    Raises:
        RefreshRuns: a refresh is at work.
        StillServed: the graph of the copy is served.

    """
    root = folder or settings.analytics_path
    with held(root):
        if not remove_stores(root / GRAPH):
            raise StillServed
        # First what leads to it, so that nobody begins to read what goes.
        for name in (CURRENT, FILE):
            (root / name).unlink(missing_ok=True)
        for name in (KEYS, SNAPSHOTS, BUILDING, ANSWERS, SPILL, PLACES, GRAPH):
            if (root / name).exists():
                shutil.rmtree(root / name)
    results.print(f"The copy in {root} is removed.", markup=False, soft_wrap=True)
    if settings.analytics:
        results.print("ROOKERY_ANALYTICS is true: workers make it again.")
