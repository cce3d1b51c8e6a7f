"""Headers: the same dimensions as Pillow finds, and nothing but a refusal for whatever bytes come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from services.media.headers import read_header
from services.media.refusals import Refused
from tests.services.media.samples import encoded, photograph

PIXELS = 40_000_000
MAGIC = (
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n",
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR",
    b"GIF89a",
    b"RIFF\x00\x00\x00\x00WEBPVP8 ",
    b"RIFF\x00\x00\x00\x00WEBPVP8L",
    b"RIFF\x00\x00\x00\x00WEBPVP8X",
    b"",
)


@pytest.mark.parametrize(
    ("format_", "options"),
    [
        ("JPEG", {}),
        ("JPEG", {"progressive": True}),
        ("PNG", {}),
        ("GIF", {}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"exif": b"Exif\x00\x00II*\x00"}),
        ("WEBP", {"save_all": True, "append_images": [Image.new("RGB", (37, 21), "red")]}),
    ],
)
def test_the_dimensions_of_honest_files(format_: str, options: dict[str, object]) -> None:
    header = read_header(encoded(Image.new("RGB", (37, 21)), format_, **options), PIXELS)
    assert header.content_type == f"image/{format_.lower()}"
    assert header.dimensions == (37, 21)


def test_the_dimensions_behind_long_metadata() -> None:
    assert read_header(photograph(), PIXELS).dimensions == (2000, 1500)


def test_pixels_are_limited_before_anything_is_decoded() -> None:
    data = encoded(Image.new("RGB", (100, 100)), "JPEG")
    assert read_header(data, 10_000).dimensions == (100, 100)
    with pytest.raises(Refused, match="TOO_MANY_PIXELS"):
        read_header(data, 9_999)


@given(st.sampled_from(MAGIC), st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(magic: bytes, rest: bytes) -> None:
    try:
        header = read_header(magic + rest, PIXELS)
    except Refused:
        return
    assert header.dimensions is None or header.dimensions[0] * header.dimensions[1] <= PIXELS


@given(st.integers(0, 400), st.binary(max_size=40))
def test_a_jpeg_cut_and_continued_anywhere_is_read_or_refused(at: int, rest: bytes) -> None:
    data = encoded(Image.new("RGB", (20, 20)), "JPEG")
    try:
        read_header(data[:at] + rest, PIXELS)
    except Refused:
        return
