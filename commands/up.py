"""`rookery up`: starts the servers, the demo world, the worker and the web application."""

import asyncio
import os
import signal
import sys
import time
import urllib.request
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from urllib.error import URLError

from commands.console import console
from commands.data import run_migrations, seed_world
from commands.environment import embedded_environment, load_settings, names_own_servers, write_file
from services.settings import Settings
from stack.child import Child, Command
from stack.embedded import EmbeddedStack
from stack.ports import Ports
from stack.progress import TerminalProgress
from web.serve import listen

HEALTH_TIMEOUT = 1.0
"""Seconds to wait for one answer of the web application."""
KILL_AFTER = 10.0
"""Seconds beyond its drain in which a process must have closed its connections."""
START_SECONDS = 300.0
"""Seconds within which the web application must be ready. Neo4j plans every statement before, which took a minute on a busy
machine. One that ends is told at once."""
CHECK_EVERY = 0.5
"""Seconds between checks that everything still runs."""


@dataclass(frozen=True, slots=True)
class OwnProcess:
    """A `rookery` subcommand as a child process, for `stack.child.Child`."""

    name: str
    log: Path
    arguments: tuple[str, ...]
    environ: Mapping[str, str]
    grace_seconds: float
    ready_url: str | None = None
    start_seconds: float = START_SECONDS

    def prepare(self) -> None:
        """Prepare nothing."""

    def command(self) -> Command:
        """Return the program to run."""
        return Command([sys.executable, "-m", "cli", *self.arguments], self.environ)

    def is_healthy(self) -> bool:
        """Return whether it serves. A process without a health address always counts as healthy."""
        if self.ready_url is None:
            return True
        try:
            with urllib.request.urlopen(self.ready_url, timeout=HEALTH_TIMEOUT) as answer:  # noqa: S310 - our own address
                return bool(answer.status == 200)  # noqa: PLR2004 - OK
        except (URLError, OSError):
            return False


def up(folder: Path, *, demo: bool | None = None) -> None:
    """Start everything and run until Ctrl-C.

    With `demo` None, the demo world is created in embedded servers only.

    Raises:
        StackError, SettingsRefused, AddressTaken: something cannot start; the message says what to do.

    """
    began = time.monotonic()
    for number in (signal.SIGINT, signal.SIGTERM):  # shell scripts start background jobs with SIGINT ignored
        signal.signal(number, signal.default_int_handler)
    stack: EmbeddedStack | None = None
    with ExitStack() as undo:
        if not names_own_servers(os.environ):
            stack = EmbeddedStack(folder, ports=Ports.from_environ(os.environ), progress=TerminalProgress(console))
            undo.callback(stack.stop)
            environment = embedded_environment(folder, stack.start())
            undo.callback(write_file(folder, environment).unlink, missing_ok=True)
        settings = load_settings(folder)
        listen(settings.host, settings.port).close()
        asyncio.run(run_migrations(settings))
        with_demo = stack is not None if demo is None else demo
        logins = asyncio.run(seed_world(settings)) if with_demo else []
        children = undo.enter_context(_running(folder, settings))
        _print_summary(settings, logins, folder, time.monotonic() - began)
        with suppress(KeyboardInterrupt):  # the way to end it, so it is no failure
            hold([*children, *(stack.children if stack else ())])


@contextmanager
def _running(folder: Path, settings: Settings) -> Iterator[Collection[Child]]:
    """Run the worker and the web application."""
    environ = {"ROOKERY_DATA_DIR": str(folder)}
    home = f"http://{settings.host}:{settings.port}"
    web_grace = settings.drain_delay_seconds + settings.drain_timeout
    processes = [
        OwnProcess("worker", folder / "worker.log", ("worker",), environ, settings.drain_timeout + KILL_AFTER),
        OwnProcess("web", folder / "web.log", ("serve",), environ, web_grace + KILL_AFTER, ready_url=f"{home}/readyz"),
    ]
    reading, writing = os.pipe()
    children = [Child(process, writing) for process in processes]
    try:
        for child in children:
            child.start()
        yield children
    finally:
        for child in reversed(children):
            child.stop()
        os.close(reading)
        os.close(writing)


def hold(children: Collection[Child]) -> NoReturn:
    """Wait until one of the children has ended by itself.

    Raises:
        ServerDied: it has; the message names it and has the end of its log.

    """
    while True:
        for child in children:
            if death := child.death():
                raise death
        time.sleep(CHECK_EVERY)


def _print_summary(settings: Settings, logins: list[tuple[str, str]], folder: Path, seconds: float) -> None:
    home = f"http://{settings.host}:{settings.port}"
    console.print(f"\n[bold green]Rookery is ready[/] after {seconds:.0f} s.\n")
    console.print(f"  API and explorer   {home}/graphql")
    for username, password in logins[:1]:
        console.print(f"  Demo log-in        {username} / {password}")
    if settings.environment == "development" and settings.mail_sink is not None:
        console.print(f"  Mail               {home}/dev/mail")
    console.print(f"  Logs               {folder}/web.log, {folder}/worker.log")
    console.print("\nPress Ctrl-C to stop everything; the data stay.\n")
