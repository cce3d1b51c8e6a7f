"""The sandbox, a process in which uploads are decoded: `python -m services.media.sandbox PIXELS BYTES SECONDS`.

It reads uploads from its standard input and answers on its standard output until the input ends, so it ends with its parent. It
has no environment, no secrets and no connections. The kernel limits its memory and its time for each picture, and forbids it to
write files. Both directions are frames: a length of four bytes, then as many bytes.
"""

import json
import resource
import sys
from dataclasses import dataclass
from typing import BinaryIO

from services.media.pictures import Picture, process
from services.media.refusals import Refusal, Refused

LENGTH = 4
"""Bytes of a length."""


@dataclass(frozen=True, slots=True)
class SandboxLimits:
    """Limits for one picture: pixels, bytes of address space, seconds of CPU."""

    pixels: int
    memory: int
    seconds: int


def confine(limits: SandboxLimits) -> None:
    """Limit this process for good. macOS refuses limits on address space; there only the limit on pixels holds."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))


def allow(seconds: int) -> None:
    """Let this process use so many more seconds of CPU; after them the kernel ends it."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    until = int(usage.ru_utime + usage.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def serve(uploads: BinaryIO, answers: BinaryIO, limits: SandboxLimits) -> None:
    """Answer every upload in turn, until there are no more."""
    while len(length := uploads.read(LENGTH)) == LENGTH:
        data = uploads.read(int.from_bytes(length))
        allow(limits.seconds)
        answers.write(answer(data, limits.pixels))
        answers.flush()


def answer(data: bytes, most_pixels: int) -> bytes:
    """Return the answer for one upload: a frame of JSON, and after it the sizes that it lists with their lengths."""
    try:
        return _processed(process(data, most_pixels))
    except Refused as refused:
        return _frame({"refusal": refused.reason})
    except MemoryError:
        return _frame({"refusal": Refusal.TOO_COSTLY})


def _processed(picture: Picture) -> bytes:
    described = {
        "width": picture.width,
        "height": picture.height,
        "blurhash": picture.blurhash,
        "sizes": {size: len(data) for size, data in picture.sizes.items()},
    }
    return _frame(described) + b"".join(picture.sizes.values())


def _frame(message: object) -> bytes:
    body = json.dumps(message).encode()
    return len(body).to_bytes(LENGTH) + body


def main() -> None:
    """Take the limits from the command line, confine this process, and serve."""
    limits = SandboxLimits(*(int(argument) for argument in sys.argv[1:]))
    confine(limits)
    serve(sys.stdin.buffer, sys.stdout.buffer, limits)


if __name__ == "__main__":
    main()
