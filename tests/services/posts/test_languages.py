"""Languages of texts: found where they are plain, offline, by all at once."""

import asyncio
import socket
import sys

import pytest

from services.posts.languages import Languages

PLAIN = {
    "Rain again over the hills, two buzzards above the pass": "en",
    "WOW THAT IS AMAZING": "en",
    "Ich bin heute in Berlin": "de",
    "Je suis allé au marché ce matin": "fr",
    "Buenos días a todos": "es",
    "Привет, как дела?": "ru",
    "今日はとても寒いですね": "ja",
    "좋은 아침": "ko",
    "صباح الخير": "ar",
    "สวัสดีตอนเช้า": "th",
    "@mira @jo2 Ich bin heute in Berlin #travel https://example.org/why/not/in/english": "de",
}
UNCLEAR = [
    "", "ok", "lol 😂", "haha!!", "123 456", "New blog post", "@mira #birds https://example.org/this/is/english",
    "Just landed in Paris this morning, je suis très content d'être là", "asdf asdf qwer zxcv", "\ud800 ok", "\n\n",
]


@pytest.fixture(scope="module")
def languages() -> Languages:
    return Languages()


@pytest.mark.parametrize("text", PLAIN)
async def test_a_plain_language_is_found(languages: Languages, text: str) -> None:
    assert await languages.of(text) == PLAIN[text]


@pytest.mark.parametrize("text", UNCLEAR)
async def test_what_is_short_or_mixed_has_none(languages: Languages, text: str) -> None:
    assert await languages.of(text) is None


async def test_many_at_once_load_the_model_once_and_without_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("it asks the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    languages = Languages()
    found = await asyncio.gather(*(languages.of(text) for text in PLAIN for _ in range(20)))
    assert found == [tag for tag in PLAIN.values() for _ in range(20)]
    assert "robust_downloader" not in sys.modules
