"""The notebook of the documentation runs as it stands, and draws its plots."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.questions.small_world import by_chance
from tests.worlds.processes import ROOT

NOTEBOOK = ROOT / "docs" / "notebooks" / "first-questions.ipynb"
QUESTIONS, PLOTS = 5, 3


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("copy")
    by_chance(7, people=40, acts=300).snapshot(folder)
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ROOKERY_ANALYTICS_FOLDER", str(folder))
        patch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
        NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    return notebook


def test_the_notebook_answers_its_questions_with_plots(executed):
    outputs = [output for cell in executed.cells for output in cell.get("outputs", ())]
    assert not [output for output in outputs if output.output_type in {"error", "stream"}]
    assert sum("image/png" in output.get("data", ()) for output in outputs) == PLOTS
    titles = [line for cell in executed.cells for line in cell.source.splitlines() if line.startswith("## ")]
    assert len(titles) == QUESTIONS


def test_no_output_is_stored_in_it():
    """Outputs would be of somebody's network, and change with every run."""
    stored = nbformat.read(Path(NOTEBOOK), as_version=4)
    assert all(not cell.get("outputs") and cell.get("execution_count") is None for cell in stored.cells)
