"""BlurHash, beside the answers of the package `blurhash` 1.1.5."""

from PIL import Image

from services.media.blurhash import blurhash


def _pixels(image: Image.Image) -> list[tuple[int, ...]]:
    return list(zip(*(image.get_flattened_data(band) for band in range(3)), strict=True))  # type: ignore[arg-type]
