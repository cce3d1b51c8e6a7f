"""`rookery rotate-keys`: seals what is stored with the secret in use, and says which secrets are still needed."""

from collections.abc import Iterator, Sequence

from rich.table import Table

from commands.console import console, results
from parts import open_parts
from services.derived_keys import key_id, rotated
from services.key_rotation.rotation import BROKEN, KeyCounts, KeyRotation, Rotated
from services.settings import Settings


async def rotate_keys(settings: Settings, *, check: bool) -> bool:
    """Seal anew what is sealed by an old key, unless this is a check; print what is sealed by which key, and what follows.

    Return whether everything is sealed by the key in use.

    Raises:
        Unavailable: the graph is away; the next run does the rest.

    """
    limits = dict.fromkeys(("neo4j_read_timeout", "neo4j_write_timeout"), settings.neo4j_worker_timeout)
    async with open_parts(settings.model_copy(update=limits)) as parts:
        rotation = KeyRotation.of(parts.writer, settings.seal_secret.get_secret_value())
        done = [] if check else await _run(rotation)
        counted = await rotation.check()
    ids = [key_id(secret) for secret in rotated(settings.seal_secret.get_secret_value())]
    _show(counted, ids)
    for line in (*_refusals(done), *_broken(counted), *_verdicts(counted, ids), told_of_tokens(settings)):
        results.print(line, markup=False, soft_wrap=True)
    return _used(counted) <= {ids[0]}


async def _run(rotation: KeyRotation) -> Sequence[Rotated]:
    with console.status("Sealing anew") as status:
        done = await rotation.run(
            lambda name, read, resealed: status.update(f"{name}: {read:,} read, {resealed:,} sealed anew")
        )
    for each in done:
        console.print(f"{each.name}: {each.resealed:,} sealed anew", markup=False)
    return done


def _show(counted: Sequence[KeyCounts], ids: Sequence[str]) -> None:
    table = Table("property", "key", "values", "the key")
    for each in counted:
        for key, count in sorted(each.keys.items()):
            table.add_row(each.name, key, f"{count:,}", _role(key, ids))
    if table.rows:
        results.print(table)


def _role(key: str, ids: Sequence[str]) -> str:
    if key == BROKEN:
        return "opens nothing"
    if key == ids[0]:
        return "seals"
    return "is an old one" if key in ids else "is missing"


def _used(counted: Sequence[KeyCounts]) -> set[str]:
    return {key for each in counted for key in each.keys}


def _refusals(done: Sequence[Rotated]) -> Iterator[str]:
    for each in done:
        for id_ in each.taken:
            yield f"The account of user {id_} has the address of another account, and was left as it is."


def _broken(counted: Sequence[KeyCounts]) -> Iterator[str]:
    for each in counted:
        for id_ in each.broken:
            yield f"{each.name} of {id_} cannot be opened, and was left: it was changed in the store."


def _verdicts(counted: Sequence[KeyCounts], ids: Sequence[str]) -> Iterator[str]:
    """Say of each key what is to be done."""
    used, current = _used(counted), ids[0]
    for key in ids[1:]:
        if key in used:
            yield f"Key {key} is still needed. `rookery rotate-keys` seals with {current} what it sealed."
        else:
            yield (
                f"Key {key} is no longer needed in ROOKERY_SEAL_SECRET, if every process has sealed with {current} since before "
                "this began. Cursors of pages that clients hold, and log-ins by providers that are under way, end with it."
            )
    for key in sorted(used - {*ids, BROKEN}):
        yield f"Key {key} is missing: put its secret back into ROOKERY_SEAL_SECRET. Nothing that it sealed was changed or lost."
    if BROKEN in used:
        yield "Some values cannot be read by any key: they were changed in the store, and need none."


def told_of_tokens(settings: Settings) -> str:
    """Return for how long old keys of tokens are needed, in a sentence: nothing that is stored can be signed anew."""
    first, *old = [key_id(secret) for secret in rotated(settings.token_secret.get_secret_value())]
    if not old:
        return f"ROOKERY_TOKEN_SECRET has one key, {first}."
    days = max(settings.session_idle_life, settings.verification_life, settings.reset_life).total_seconds() / 86_400
    return (
        f"Of ROOKERY_TOKEN_SECRET, {first} signs. {' and '.join(old)} can go {days:g} days after every process signs with it, "
        "or later where the lives in the settings were longer before: by then every session that is not used and every link of "
        "before has ended. Only device tokens live for longer: a device that nobody has logged in on since is a new one then."
    )
