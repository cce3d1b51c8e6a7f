"""Fills templates: `{slot}` is replaced by one of several phrases, which may have slots too."""

import re
from collections.abc import Mapping, Sequence
from random import Random

_SLOT = re.compile(r"\{(\w+)\}")

Slots = Mapping[str, Sequence[str]]


def rendered(template: str, slots: Slots, rng: Random) -> str:
    """Replace every slot, at any depth. A slot that occurs twice may get two different phrases.

    Raises:
        KeyError: a slot has no phrases.

    """
    while "{" in template:
        template = _SLOT.sub(lambda found: rng.choice(slots[found.group(1)]), template)
    return template
