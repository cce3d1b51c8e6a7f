import bz2
import gzip
import io
import lzma
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from world.edge_file import EdgeFile, open_edge_file
from world.edges import LONGEST_ID, LONGEST_LINE, edges
from world.errors import UnreadableFile

LINES = b"1 2\n2\t3\n3,1\n"
EDGES = [(1, "1", "2"), (2, "2", "3"), (3, "3", "1")]


def read(content: bytes, *, compact: bool = False):
    stream = io.BytesIO(content)
    bad = []
    source = EdgeFile("test", len(content), "", compact, stream, stream)
    return list(edges(source, lambda number, reason: bad.append((number, reason)))), bad


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def compacted(follows: dict[int, set[int]]) -> bytes:
    """Write the compact form, as its description says."""
    out, last = [varint(len(follows))], 0
    for source in sorted(follows):
        out += [varint(source - last), varint(len(follows[source]))]
        last, before = source, -1
        for target in sorted(follows[source]):
            out.append(varint(target - before - 1))
            before = target
    return b"".join(out)


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_compression_is_told_by_the_first_bytes(tmp_path: Path, pack):
    path = tmp_path / "edges.txt"
    path.write_bytes(pack(LINES))
    with open_edge_file(path) as source:
        assert list(edges(source, lambda *_: None)) == EDGES
        assert source.size == path.stat().st_size
        assert source.position() == source.size


def test_the_name_and_suffix_tell_the_compact_form(tmp_path: Path):
    for name, pack in (("a.bin", bytes), ("a.bin.xz", lzma.compress), ("a.bin.gz", gzip.compress)):
        path = tmp_path / name
        path.write_bytes(pack(compacted({1: {2}, 300: {1, 70_000}})))
        with open_edge_file(path) as source:
            found = list(edges(source, lambda *_: None))
        assert found == [(1, "1", "2"), (2, "300", "1"), (3, "300", "70000")]


def test_standard_input_is_read_as_lines(monkeypatch):
    class Stdin:
        buffer = io.BytesIO(gzip.compress(LINES))

    monkeypatch.setattr(sys, "stdin", Stdin)
    with open_edge_file("-") as source:
        assert list(edges(source, lambda *_: None)) == EDGES


def test_zstandard_says_what_it_needs(tmp_path: Path):
    path = tmp_path / "edges.zst"
    path.write_bytes(b"\x28\xb5\x2f\xfd" + bytes(10))
    if sys.version_info >= (3, 14):
        pytest.skip("this Python reads it")
    with pytest.raises(UnreadableFile, match="zstd -dc"), open_edge_file(path):
        pass


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path):
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(UnreadableFile, match=path.name), open_edge_file(path):
            pass


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"7\n", "lacks"),
        (b"7,\n", "lacks"),
        (b"7 7\n", "follows themselves"),
        (b"a A\n", "follows themselves"),
        (b"1 \x00\n", "cannot be printed"),
        (b"\xff\xfe 3\n", "not text"),
        (b"1 M\xc3\xa9\n", "other characters"),
        (b"_1 2\n", "other characters"),
        (b"1 " + b"2" * (LONGEST_ID + 1) + b"\n", "more than 24"),
        (b"1 2 " + b"x" * LONGEST_LINE + b"\n", "too long"),
    ],
)
def test_bad_lines_are_refused_by_number_and_the_next_is_read(line, reason):
    found, bad = read(b"1 2\n" + line + b"5 6\n")
    assert found == [(1, "1", "2"), (3, "5", "6")]
    assert [number for number, _ in bad] == [2]
    assert reason in bad[0][1]


def test_comments_blank_lines_and_windows_ends_are_no_faults():
    found, bad = read(b"\xef\xbb\xbf# nodes: 3\r\n% more\r\n\r\n  1   2 \r\n3 ; 4; 0.5\r\n5 6 1700000000")
    assert found == [(4, "1", "2"), (5, "3", "4"), (6, "5", "6")]
    assert bad == []


def test_a_heading_is_told_from_an_edge():
    found, bad = read(b"source,target\n1,2\nsource,target\n")
    assert found == [(2, "1", "2"), (3, "source", "target")]
    assert bad == [(1, "is a heading")]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_file_that_breaks_off_says_where(tmp_path: Path, pack):
    path = tmp_path / "edges"
    whole = pack(b"".join(b"%d %d\n" % (n, n * 7_919 % 10_007 + 20_000) for n in range(20_000)))
    path.write_bytes(whole[: len(whole) * 2 // 3])
    seen: list[object] = []
    with open_edge_file(path) as source, pytest.raises(UnreadableFile, match=r"incomplete after line \d+"):
        seen.extend(edges(source, lambda *_: None))


def test_a_compact_file_that_breaks_off_says_where():
    whole = compacted({n: {n + 1, n + 500} for n in range(1, 300)})
    with pytest.raises(UnreadableFile, match="after edge 79"):
        read(whole[:200], compact=True)
    with pytest.raises(UnreadableFile, match="after edge 0"):
        read(b"", compact=True)
    with pytest.raises(UnreadableFile, match="after edge 0"):
        read(b"\xff" * 40, compact=True)


IDS = st.from_regex(r"[0-9a-z][0-9a-z_]{0,23}", fullmatch=True)


@given(st.lists(st.tuples(IDS, IDS, st.sampled_from([" ", "\t", ",", " , ", ";", "  "]), st.sampled_from(["", " 0.5", ",x"]))))
def test_written_lines_are_read_again(parts):
    lines = "".join(f"{a}{between}{b}{more}\n" for a, b, between, more in parts)
    found, bad = read(b"#\n" + lines.encode())
    numbered = [(number, a, b) for number, (a, b, _, _) in enumerate(parts, 2)]
    assert found == [edge for edge in numbered if edge[1] != edge[2]]
    assert len(found) + len(bad) == len(parts)


@given(st.binary(max_size=400))
def test_no_content_breaks_the_reader_of_lines(content):
    found, bad = read(content)
    numbers = [number for number, *_ in found] + [number for number, _ in bad]
    assert len(set(numbers)) == len(numbers)
    assert len(numbers) <= content.count(b"\n") + 1


@given(st.dictionaries(st.integers(1, 1 << 40), st.sets(st.integers(0, 1 << 40), max_size=8), max_size=8))
def test_the_compact_form_is_read_as_described(follows):
    found, _ = read(compacted(follows), compact=True)
    expected = [(str(a), str(b)) for a in sorted(follows) for b in sorted(follows[a]) if a != b]
    assert [edge[1:] for edge in found] == expected


@given(st.binary(max_size=200))
def test_any_bytes_are_a_compact_file_or_a_clear_error(content):
    try:
        found, _ = read(content, compact=True)
    except UnreadableFile:
        return
    assert len(found) <= len(content)
