"""From the bytes of an upload to a picture in three sizes, of which nothing but the visible pixels is kept.

This decodes what strangers send, so it runs only in the sandbox (`services/media/sandbox.py`), under its limits. Each size is
encoded anew from pixels, so trailing scripts, comments, EXIF, GPS, XMP and IPTC are left behind.
"""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps

from services.media.addresses import Size
from services.media.blurhash import blurhash
from services.media.headers import HEAD, check_dimensions, read_header
from services.media.refusals import Refusal, Refused

THUMBNAIL = 160
"""Side of the square thumbnail, in pixels."""
LONGEST = {Size.MEDIUM: 640, Size.LARGE: 1600}
"""Longest side of the other sizes, in pixels."""
QUALITY = 80
"""Of WebP, where 80 is the encoder's own measure of no visible loss on photographs."""
HASHED = 32
"""Longest side of what BlurHash looks at. It keeps four cosines a direction, so more pixels would only cost more."""

_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP"}
_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How to turn a picture upright, by its EXIF orientation."""
_SRGB = ImageCms.createProfile("sRGB")


@dataclass(frozen=True, slots=True)
class Picture:
    """A processed picture: the upright original's width and height in pixels, and each size as WebP."""

    width: int
    height: int
    blurhash: str
    sizes: dict[Size, bytes]


def process(data: bytes, most_pixels: int) -> Picture:
    """Make the sizes of an upload. Of an animation the first frame is kept: the others are never decoded.

    Raises:
        Refused: it is no picture of an accepted format, is damaged or cut short, or has too many pixels.
        MemoryError: it needs more memory than the process may take.

    """
    header = read_header(data[:HEAD], most_pixels)
    try:
        large, (width, height) = _decoded(data, _FORMATS[header.content_type], most_pixels)
    except (Refused, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused(Refusal.TOO_MANY_PIXELS) from error
    except Exception as error:  # decoders of damaged files raise whatever they stumble over
        raise Refused(Refusal.DAMAGED) from error
    images = {
        Size.THUMBNAIL: ImageOps.fit(large, (min(THUMBNAIL, *large.size),) * 2, Image.Resampling.LANCZOS),
        Size.MEDIUM: _within(large, LONGEST[Size.MEDIUM]),
        Size.LARGE: large,
    }
    hashed = _within(_on_white(images[Size.MEDIUM]), HASHED)
    pixels = [(r, g, b) for r, g, b in zip(*(hashed.get_flattened_data(band) for band in range(3)), strict=True)]
    return Picture(width, height, blurhash(pixels, *hashed.size), {size: _webp(im) for size, im in images.items()})


def _decoded(data: bytes, format_: str, most_pixels: int) -> tuple[Image.Image, tuple[int, int]]:
    """Decode, and return the large size, upright and in sRGB, with the dimensions of the upright original."""
    Image.MAX_IMAGE_PIXELS = most_pixels
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(data), formats=(format_,)) as image:
            check_dimensions(image.size, most_pixels)
            turn = _UPRIGHT.get(_orientation(image))
            width, height = image.size
            image.draft(None, (LONGEST[Size.LARGE],) * 2)
            image.load()
            colours = _in_srgb(_within(_with_channels(image), LONGEST[Size.LARGE]), image.info.get("icc_profile"))
    if turn is None:
        return colours, (width, height)
    sideways = turn in {_UPRIGHT[turned] for turned in (5, 6, 7, 8)}
    return colours.transpose(turn), ((height, width) if sideways else (width, height))


def _orientation(image: Image.Image) -> int:
    """Return the EXIF orientation; broken metadata is no reason to refuse a picture, so it counts as upright."""
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # noqa: BLE001  # a hostile EXIF block can make its parser raise anything
        return 1


def _with_channels(image: Image.Image) -> Image.Image:
    """Return a mode that can be resized smoothly: palettes are spread out, 16 bits become 8, transparency is kept."""
    if image.mode.startswith("I"):
        return image.point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    if image.mode in {"RGB", "RGBA", "CMYK"} and "transparency" not in image.info:
        return image
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _within(image: Image.Image, longest: int) -> Image.Image:
    """Return the image with its longest side at most this long; never enlarged."""
    scale = longest / max(image.size)
    if scale >= 1:
        return image.copy()
    width, height = (max(1, round(side * scale)) for side in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert to sRGB, since the profile does not come along; a broken or unfitting one is ignored."""
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, _SRGB, outputMode=mode)
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            converted = None
        if converted is not None:
            return converted
    return image if image.mode == mode else image.convert(mode)


def _on_white(image: Image.Image) -> Image.Image:
    """Return what is seen of a picture on a white page."""
    if image.mode != "RGBA":
        return image
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")


def _webp(image: Image.Image) -> bytes:
    """Encode, passing nothing but pixels."""
    file = io.BytesIO()
    image.save(file, "WEBP", quality=QUALITY, method=4, exif=b"", xmp=b"", icc_profile=b"")
    return file.getvalue()
