"""`python -m stack install` downloads all programs; `python -m stack run [FOLDER]` runs them until Ctrl-C."""

import argparse
import os
import signal
import sys
from pathlib import Path

from rich.console import Console

from stack.embedded import EmbeddedStack, StackAddresses
from stack.errors import StackError
from stack.ports import Ports
from stack.programs import install
from stack.progress import TerminalProgress


def main() -> int:
    """Run the command line; an error of the stack prints one clear text and gives exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m stack", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("install", help="download the servers, start nothing")
    run = commands.add_parser("run", help="start Neo4j, Redis and S3, and stop them at Ctrl-C")
    run.add_argument("folder", nargs="?", type=Path, default=Path(".rookery"), help="where data, logs and passwords are")
    arguments = parser.parse_args()
    console = Console(stderr=True)
    try:
        if arguments.command == "install":
            install(os.environ, TerminalProgress(console))
        else:
            _run(arguments.folder, console)
    except StackError as error:
        console.print(str(error), style="red", highlight=False, markup=False, soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _run(folder: Path, console: Console) -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    stack = EmbeddedStack(folder, ports=Ports.from_environ(os.environ), progress=TerminalProgress(console))
    try:
        _print(stack.start(), console)
        signal.pause()
    finally:
        stack.stop()


def _print(addresses: StackAddresses, console: Console) -> None:
    where = f"Neo4j {addresses.neo4j_uri}, S3 {addresses.s3_endpoint}, Redis; Ctrl-C stops them"
    console.print(where, highlight=False, soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main())
