"""BlurHash, beside the answers of the package `blurhash` 1.1.5 for the same pixels."""

import pytest
from PIL import Image

from services.media.blurhash import blurhash


def _colourful(width: int) -> Image.Image:
    ramp, disc = (gradient("L").resize((width, 16)) for gradient in (Image.linear_gradient, Image.radial_gradient))
    return Image.merge("RGB", (ramp, disc, ramp.rotate(180)))


@pytest.mark.parametrize(
    ("image", "answer"),
    [
        (_colourful(24), "L:HekBofgvoy77WrfjW=t,j[fjj["),
        (_colourful(32), "L:HekBofgvoy77a~fjbIt,j[fjj["),
        (Image.new("RGB", (1, 1), "white"), "L~TSUA~q~q~q~q~q~q~q~q~q~q~q"),
        (Image.new("RGB", (32, 1), (3, 40, 200)), "L~0U4kfSfQfSkcfSfQfSkcfSfQfS"),
    ],
)
def test_it_answers_as_the_known_encoder(image: Image.Image, answer: str) -> None:
    bands = [image.get_flattened_data(band) for band in range(3)]
    pixels = [(int(r), int(g), int(b)) for r, g, b in zip(*bands, strict=True)]
    assert blurhash(pixels, *image.size) == answer
