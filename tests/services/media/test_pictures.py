"""What a picture becomes: upright, stripped, in three sizes, whatever mode it came in."""

import io

import pytest
from PIL import Image, ImageCms, ImageOps

from services.media.addresses import Size
from services.media.pictures import process
from services.media.refusals import Refused
from tests.services.media import samples

PIXELS = 40_000_000


def _opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def _chunks(webp: bytes) -> set[bytes]:
    """Give the kinds of the chunks of a WebP."""
    kinds, at = set(), 12
    while at < len(webp):
        kinds.add(webp[at : at + 4])
        at += 8 + (int.from_bytes(webp[at + 4 : at + 8], "little") + 1) // 2 * 2
    return kinds


def _near(found: object, wanted: tuple[int, ...]) -> bool:
    assert isinstance(found, tuple)
    return all(abs(a - b) < 12 for a, b in zip(found, wanted, strict=True))


def test_a_photograph_is_turned_upright_and_stripped() -> None:
    picture = process(samples.photograph(), PIXELS)
    sizes = {size: _opened(data) for size, data in picture.sizes.items()}
    assert (picture.width, picture.height) == (1500, 2000)
    assert {size: image.size for size, image in sizes.items()} == {
        Size.THUMBNAIL: (160, 160),
        Size.MEDIUM: (480, 640),
        Size.LARGE: (1200, 1600),
    }
    for size, image in sizes.items():
        assert _near(image.getpixel((image.width // 2, 5)), (255, 0, 0))
        assert _near(image.getpixel((image.width // 2, image.height - 5)), (0, 0, 255))
        assert _chunks(picture.sizes[size]) <= {b"VP8 ", b"VP8L", b"VP8X", b"ALPH"}
        assert samples.PLACE.encode() not in picture.sizes[size]
        assert not image.getexif()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_turned_as_pillow_turns_it(orientation: int) -> None:
    stored = Image.new("RGB", (64, 32), "white")
    stored.paste("black", (0, 0, 16, 8))
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = process(samples.encoded(stored, "PNG", exif=exif), PIXELS)
    upright = ImageOps.exif_transpose(_opened(samples.encoded(stored, "PNG", exif=exif)))
    found = _opened(picture.sizes[Size.LARGE])
    assert found.size == upright.size == (picture.width, picture.height)
    for corner in [(2, 2), (found.width - 3, 2), (2, found.height - 3), (found.width - 3, found.height - 3)]:
        wanted = upright.getpixel(corner)
        assert isinstance(wanted, tuple)
        assert _near(found.getpixel(corner), wanted)


def test_transparency_stays_and_nothing_is_enlarged() -> None:
    picture = process(samples.drawing(), PIXELS)
    large = _opened(picture.sizes[Size.LARGE])
    assert (large.mode, large.size) == ("RGBA", (700, 300))
    assert large.getpixel((10, 10))[3] == 0  # type: ignore[index]  # RGBA
    assert large.getpixel((600, 10))[3] == 255  # type: ignore[index]  # RGBA
    assert _opened(process(samples.small(), PIXELS).sizes[Size.THUMBNAIL]).size == (30, 30)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_mode_of_png_gif_webp_and_jpeg_is_taken(mode: str) -> None:
    for format_ in ("PNG", "GIF", "WEBP", "JPEG"):
        try:
            data = samples.encoded(Image.new(mode, (50, 40)), format_)
        except (OSError, ValueError, KeyError):
            continue
        assert _opened(process(data, PIXELS).sizes[Size.MEDIUM]).size == (50, 40)


def test_sixteen_bits_become_eight_without_clipping() -> None:
    data = samples.encoded(Image.new("I;16", (20, 20), 0x8000), "PNG")
    assert _near(_opened(process(data, PIXELS).sizes[Size.LARGE]).getpixel((5, 5)), (128, 128, 128))


def test_a_transparent_palette_colour_stays_transparent() -> None:
    image = Image.new("P", (20, 20), 1)
    image.putpalette([255, 0, 0, 0, 255, 0])
    data = samples.encoded(image, "GIF", transparency=1)
    assert _opened(process(data, PIXELS).sizes[Size.LARGE]).getpixel((5, 5))[3] == 0  # type: ignore[index]  # RGBA


def test_a_wide_profile_is_converted_and_a_broken_one_ignored() -> None:
    image = Image.new("RGB", (20, 20), (200, 100, 50))
    swapped = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = swapped.replace(b"rXYZ", b"tXYZ").replace(b"bXYZ", b"rXYZ").replace(b"tXYZ", b"bXYZ")
    converted = process(samples.encoded(image, "PNG", icc_profile=swapped), PIXELS)
    assert _near(_opened(converted.sizes[Size.LARGE]).getpixel((5, 5)), (50, 100, 200))
    ignored = process(samples.encoded(image, "PNG", icc_profile=b"no profile" * 20), PIXELS)
    assert _near(_opened(ignored.sizes[Size.LARGE]).getpixel((5, 5)), (200, 100, 50))


def test_broken_metadata_is_no_reason_to_refuse() -> None:
    data = samples.encoded(Image.new("RGB", (20, 10)), "JPEG", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xffrubbish")
    assert process(data, PIXELS).width == 20


def test_a_text_bomb_is_not_unpacked() -> None:
    with pytest.raises(Refused, match="DAMAGED"):
        process(samples.text_bomb(), PIXELS)


def test_an_orientation_that_is_no_number_counts_as_upright() -> None:
    exif = b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x02\x00\x00\x00\x04abc\x00\x00\x00\x00\x00"
    assert process(samples.encoded(Image.new("RGB", (20, 10)), "JPEG", exif=exif), PIXELS).width == 20


def test_metadata_longer_than_the_head_hides_no_dimensions_from_the_decoder() -> None:
    plain = samples.small()
    comments = (b"\xff\xfe\xff\xff" + bytes(65_533)) * 3
    data = plain[:2] + comments + plain[2:]
    assert process(data, PIXELS).width == 40
    with pytest.raises(Refused, match="TOO_MANY_PIXELS"):
        process(data, 1_000)
