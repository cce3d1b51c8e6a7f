"""Pictures for tests, honest and hostile, made when asked for, so that nothing large lies in the repository."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from PIL import Image, ImageCms
from PIL.TiffImagePlugin import IFDRational

SCRIPT = b"<?php system($_GET['c']); ?><script>alert(1)</script>"
PLACE = "Taken at home"


def encoded(image: Image.Image, format_: str, **options: object) -> bytes:
    """Give the file of an image."""
    file = io.BytesIO()
    image.save(file, format_, **options)
    return file.getvalue()


def photograph() -> bytes:
    """Give a JPEG as a phone makes it: stored lying, upright by EXIF, with GPS, XMP, a comment and a wide profile.

    Upright it is 1,500 by 2,000 pixels, red above blue.
    """
    stored = Image.new("RGB", (2000, 1500), "blue")
    stored.paste("red", (0, 0, 1000, 1500))
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees: the left side of what is stored is the top
    exif[0x010E] = PLACE
    exif.get_ifd(0x8825).update({1: "N", 2: (IFDRational(48), IFDRational(8), IFDRational(0))})
    return encoded(
        stored,
        "JPEG",
        exif=exif,
        comment=PLACE.encode(),
        xmp=b"<x:xmpmeta>" + PLACE.encode() + b"</x:xmpmeta>",
        icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
    )


def drawing() -> bytes:
    """Give a PNG of 700 by 300 with a transparent left half and a text chunk."""
    image = Image.new("RGBA", (700, 300), (0, 160, 0, 255))
    image.paste((0, 0, 0, 0), (0, 0, 350, 300))
    return encoded(image, "PNG")


def small() -> bytes:
    """Give a plain JPEG of 40 by 30."""
    return encoded(Image.new("RGB", (40, 30), "orange"), "JPEG")


def png(width: int, height: int, rows: bytes) -> bytes:
    """Give a grey PNG that declares these dimensions and holds these rows, which may say something else."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, data) for kind, data in parts)


def chunk(kind: bytes, data: bytes) -> bytes:
    """Give a chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb() -> bytes:
    """Give 250 million pixels in 250 kB."""
    return png(16_000, 15_625, bytes(16_001 * 15_625))


def crowd_of_frames() -> bytes:
    """Give a GIF of 5,000 frames."""
    frame = Image.new("P", (64, 64))
    whole = encoded(frame, "GIF")
    start = whole.index(b"\x2c")
    return whole[:start] + whole[start:-1] * 5_000 + b"\x3b"


def archive() -> bytes:
    """Give a ZIP."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        zipped.writestr("picture.jpg", small())
    return file.getvalue()


def photoshop() -> bytes:
    """Give the head of a PSD."""
    return b"8BPS" + struct.pack(">H6xHIIHH", 1, 3, 100, 100, 8, 3) + bytes(64)


def damaged_webp() -> bytes:
    """Give a lossless WebP whose head is right and whose codes are rubbish; a lossy one would decode to noise."""
    whole = encoded(Image.effect_noise((300, 300), 90).convert("RGB"), "WEBP", lossless=True)
    return whole[:30] + bytes(byte ^ 0xA5 for byte in whole[30:])


def text_bomb() -> bytes:
    """Give a small PNG with a compressed text of 100 MB."""
    plain = encoded(Image.new("RGB", (10, 10)), "PNG")
    text = chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(bytes(100_000_000), 9))
    return plain[:33] + text + plain[33:]


REFUSED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a decompression bomb": ("TOO_MANY_PIXELS", bomb),
    "huge declared dimensions": ("TOO_MANY_PIXELS", lambda: png(2**31 - 1, 2**31 - 1, b"\x00")),
    "no dimensions": ("DAMAGED", lambda: png(0, 10, b"\x00")),
    "rows missing": ("DAMAGED", lambda: png(5_000, 5_000, b"\x00")),
    "an SVG with a script": ("NOT_A_PICTURE", lambda: b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>"),
    "HTML": ("NOT_A_PICTURE", lambda: b"<!doctype html>" + SCRIPT),
    "a JPEG cut short": ("DAMAGED", lambda: photograph()[:-3_000]),
    "a JPEG of a few bytes": ("DAMAGED", lambda: small()[:12]),
    "a ZIP": ("NOT_A_PICTURE", archive),
    "a TIFF": ("NOT_A_PICTURE", lambda: encoded(Image.new("RGB", (9, 9)), "TIFF")),
    "an ICO": ("NOT_A_PICTURE", lambda: encoded(Image.new("RGB", (32, 32)), "ICO")),
    "a PSD": ("NOT_A_PICTURE", photoshop),
    "a corrupt WebP": ("DAMAGED", damaged_webp),
    "a GIF without a frame": ("DAMAGED", lambda: b"GIF89a\x10\x00\x10\x00\x00\x00\x00\x3b"),
}
"""Files that end as REFUSED, with the reason."""

CLEANED: dict[str, tuple[tuple[int, int], Callable[[], bytes]]] = {
    "a GIF of thousands of frames": ((64, 64), crowd_of_frames),
    "a JPEG with PHP behind it": ((40, 30), lambda: small() + SCRIPT),
    "a GIF that is JavaScript too": ((10, 10), lambda: encoded(Image.new("P", (10, 10)), "GIF", comment=SCRIPT)),
    "a line of 60,000 pixels": ((1, 60_000), lambda: encoded(Image.new("RGB", (1, 60_000)), "PNG")),
    "a PNG sent as something else": ((700, 300), drawing),
}
"""Files that end as a clean picture, with the dimensions of the original."""
