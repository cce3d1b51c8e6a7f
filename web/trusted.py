"""Trusted documents: the documents of our own clients, loaded before the first request."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from web.persisted import sha256_of


class ManifestUnreadable(Exception):
    """A manifest of trusted documents is missing or has an unknown format; the message names the file."""


@dataclass(frozen=True, slots=True)
class TrustedDocuments:
    """Texts by the id that clients send: a hash, or the id in the manifest."""

    texts: Mapping[str, str]

    def text_of(self, identifier: str) -> str | None:
        """Return the text of an id, or None."""
        return self.texts.get(identifier)


def load_trusted_documents(path: Path) -> TrustedDocuments:
    """Read a manifest or all files of a folder: Relay's `{id: text}`, Apollo's operation manifest, or `.graphql` files.

    Raises:
        ManifestUnreadable: a file is missing or has another format.

    """
    try:
        files = sorted(path.iterdir()) if path.is_dir() else [path]
        return TrustedDocuments({identifier: text for file in files for identifier, text in _entries(file)})
    except OSError as error:
        message = f"{path}: {error.strerror}"
        raise ManifestUnreadable(message) from error


def _entries(file: Path) -> Iterator[tuple[str, str]]:
    if file.suffix in {".graphql", ".gql"}:
        text = file.read_text(encoding="utf-8")
        yield sha256_of(text), text
    elif file.suffix == ".json":
        yield from _manifest(file)


def _manifest(file: Path) -> Iterator[tuple[str, str]]:
    try:
        manifest = orjson.loads(file.read_bytes())
    except orjson.JSONDecodeError as error:
        message = f"{file} is not valid JSON: {error}"
        raise ManifestUnreadable(message) from error
    if not isinstance(manifest, dict):
        message = f"{file} is not a manifest: it must be a JSON object"
        raise ManifestUnreadable(message)
    if manifest.get("format") == "apollo-persisted-query-manifest":
        pairs = [
            (entry.get("id"), entry.get("body")) for entry in manifest.get("operations", []) if isinstance(entry, dict)
        ]
    else:
        pairs = list(manifest.items())
    for identifier, text in pairs:
        if not isinstance(identifier, str) or not isinstance(text, str):
            message = f"{file}: each document needs an id and a text, and {identifier!r} has not both"
            raise ManifestUnreadable(message)
        yield identifier, text
