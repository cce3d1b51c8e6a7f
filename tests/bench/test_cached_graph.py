"""Prepared graphs are kept, found again, and never half there."""

import pytest

from bench import cached_graph


@pytest.fixture
def made(monkeypatch):
    """Make folders in the place of graphs, and count them."""
    made = []

    class Stack:
        addresses = None

        def __init__(self, folder, **_):
            self.folder = folder

        def __enter__(self):
            (self.folder / "neo4j/data/databases").mkdir(parents=True)
            (self.folder / "neo4j/data/databases/store").write_text("a graph")
            (self.folder / "credentials.json").write_text("{}")
            (self.folder / "redis").mkdir()
            return self

        def __exit__(self, *_):
            made.append(self.folder)

    async def fill(settings, edges, posts):
        """Write nothing."""

    monkeypatch.setattr(cached_graph, "EmbeddedStack", Stack)
    monkeypatch.setattr(cached_graph, "settings_of", lambda *_: None)
    monkeypatch.setattr(cached_graph, "fill", fill)
    return made


@pytest.fixture
def edges(tmp_path):
    path = tmp_path / "edges.txt"
    path.write_text("1 2\n")
    return path


def test_a_graph_is_made_once_and_copied_without_what_is_not_the_graph(made, edges, tmp_path):
    for name in ("one", "two"):
        cached_graph.copy_cached(edges, 10, tmp_path / name, tmp_path / "cache")
        found = {path.relative_to(tmp_path / name).as_posix() for path in (tmp_path / name).rglob("*") if path.is_file()}
        assert found == {"neo4j/data/databases/store", "credentials.json"}
    assert len(made) == 1


def test_other_edges_and_other_posts_are_other_graphs(made, edges, tmp_path):
    cached_graph.copy_cached(edges, 10, tmp_path / "one", tmp_path / "cache")
    cached_graph.copy_cached(edges, 20, tmp_path / "two", tmp_path / "cache")
    edges.write_text("1 3\n")
    cached_graph.copy_cached(edges, 10, tmp_path / "three", tmp_path / "cache")
    assert len(made) == 3


def test_one_that_was_broken_off_is_made_anew(made, edges, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:

        async def broken(settings, edges, posts):
            raise RuntimeError("broken off")

        patch.setattr(cached_graph, "fill", broken)
        with pytest.raises(RuntimeError, match="broken off"):
            cached_graph.copy_cached(edges, 10, tmp_path / "one", tmp_path / "cache")
    assert not (tmp_path / "one").exists()
    cached_graph.copy_cached(edges, 10, tmp_path / "one", tmp_path / "cache")
    assert len(made) == 2
    assert [path.name for path in (tmp_path / "cache").iterdir() if path.name.endswith(".making")] == []


def test_a_graph_of_older_code_makes_room(made, edges, tmp_path, monkeypatch):
    cached_graph.copy_cached(edges, 10, tmp_path / "one", tmp_path / "cache")
    monkeypatch.setattr(cached_graph, "INPUTS", ("bench/lua",))
    cached_graph.copy_cached(edges, 10, tmp_path / "two", tmp_path / "cache")
    assert len([path for path in (tmp_path / "cache").iterdir() if path.is_dir()]) == 1
