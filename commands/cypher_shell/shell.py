"""The shell: reads queries and commands, asks the server, and shows what it says."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console

from analytics.graph_copy.model import NODE_TYPES, RELATIONSHIP_TYPES
from commands.console import console, results
from commands.cypher_shell.client import EXPECTED, CypherClient, Result
from commands.cypher_shell.export import export
from commands.cypher_shell.formats import AnswerFormat
from commands.cypher_shell.printing import as_csv, as_json, as_table, told
from commands.cypher_shell.refused import Refused
from commands.cypher_shell.statements import is_whole, split
from commands.visible import visible
from errors import Unauthenticated

HISTORY = Path("~/.local/state/rookery/cypher-history")
"""What was written before. It holds questions about people, so only its owner may read it."""
_NO_COMMAND = "There is no such command; `:help` lists all."


@dataclass(slots=True)
class Shell:
    """What a session has: parameters, how long a query may take, and the last answer."""

    client: CypherClient
    results: Console
    messages: Console
    format: AnswerFormat = AnswerFormat.TABLE
    seconds: int | None = None
    parameters: dict[str, Any] = field(default_factory=dict)
    last: Result | None = None

    def run(self, text: str) -> bool:
        """Ask the queries of a text, a last one without a semicolon too, until one is refused; return whether none was."""
        whole, rest = split(text)
        return all(self.ask(each) for each in (*whole, *([rest] if rest else [])))

    def ask(self, query: str) -> bool:
        """Ask one query and show its answer; return whether there was one. Ctrl-C ends it on the server as well."""
        began = time.perf_counter()
        try:
            self.last = asyncio.run(_until_stopped(self.client, query, self.parameters, self.seconds))
        except EXPECTED as error:
            self.messages.print(visible(str(error)), style="red", markup=False)
            return False
        self._show(self.last, time.perf_counter() - began)
        return True

    def command(self, line: str) -> bool:
        """Do what a line that begins with a colon says; return whether the session goes on."""
        name, _, rest = line.strip().partition(" ")
        if name in (":quit", ":exit"):
            return False
        found = _COMMANDS.get(name)
        try:
            if found is None:
                raise Refused(_NO_COMMAND)
            found(self, rest.strip())
        except (*EXPECTED, OSError) as error:
            self.messages.print(str(error), style="red", markup=False)
        return True

    def _show(self, result: Result, seconds: float) -> None:
        if self.format is AnswerFormat.TABLE:
            self.results.print(as_table(result))
            self.messages.print(told(result, seconds), style="dim", markup=False)
        else:
            text = as_csv(result) if self.format is AnswerFormat.CSV else as_json(result)
            self.results.file.write(visible(text) if self.results.is_terminal else text)
            self.results.file.flush()

    def set_parameter(self, text: str) -> None:
        """Give a parameter its value: `name => value` or `name value`, the value in JSON."""
        name, _, value = text.partition("=>") if "=>" in text else text.partition(" ")
        if not name.strip().isidentifier():
            raise Refused("Write `:param name => value`, with a value in JSON.")
        try:
            self.parameters[name.strip()] = json.loads(value)
        except ValueError as error:
            raise Refused(f'The value is no JSON, such as 5, "text" or [1, 2]: {error}.') from error

    def set_seconds(self, text: str) -> None:
        """Allow each query so many seconds from now on."""
        if text and not text.isdecimal():
            raise Refused("Write `:seconds 30`, or `:seconds` alone.")
        self.seconds = int(text) if text else None

    def list_parameters(self, _: str) -> None:
        """Print the parameters."""
        for name, value in self.parameters.items():
            self.results.print(f"{name} => {json.dumps(value, ensure_ascii=False)}", markup=False)

    def export(self, text: str) -> None:
        """Write the last answer into a file."""
        if self.last is None:
            raise Refused("Ask something first.")
        export(self.last, Path(text).expanduser())
        self.messages.print(f"{len(self.last.rows):,} rows are in {text}.", markup=False)

    def schema(self, _: str) -> None:
        """Print the model."""
        for node in NODE_TYPES.values():
            self.results.print(f"(:{node.label} {{{', '.join(node.properties)}}})  {node.text}", markup=False)
        for each in RELATIONSHIP_TYPES.values():
            properties = f" {{{', '.join(each.properties)}}}" if each.properties else ""
            self.results.print(f"(:{each.start})-[:{each.name}{properties}]->(:{each.end})  {each.text}", markup=False)

    def help(self, _: str) -> None:
        """List the commands."""
        from commands.cypher_shell.completer import COMMANDS

        for name, text in COMMANDS.items():
            self.results.print(f"{name:<10}{text}", markup=False)


_COMMANDS: dict[str, Callable[[Shell, str], None]] = {
    ":param": Shell.set_parameter,
    ":params": Shell.list_parameters,
    ":seconds": Shell.set_seconds,
    ":export": Shell.export,
    ":schema": Shell.schema,
    ":help": Shell.help,
}


async def _until_stopped(client: CypherClient, query: str, parameters: dict[str, Any], seconds: int | None) -> Result:
    """Ask, and stop when Ctrl-C is pressed, which closes the connection.

    Raises:
        Refused: it was stopped, or what the server says.

    """
    asking = asyncio.ensure_future(client.ask(query, parameters, seconds))
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, asking.cancel)
    try:
        return await asking
    except asyncio.CancelledError:
        raise Refused("Stopped; the server ends the query.") from None
    finally:
        loop.remove_signal_handler(signal.SIGINT)


def interact(shell: Shell, history: Path = HISTORY) -> None:
    """Read from a terminal until Ctrl-D or `:quit`."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.filters import Condition
    from prompt_toolkit.history import FileHistory
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

    from commands.cypher_shell.completer import CypherCompleter

    keys = KeyBindings()

    @keys.add("enter", filter=Condition(lambda: is_whole(session.default_buffer.text)))
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.validate_and_handle()

    session: PromptSession[str] = PromptSession(
        "cypher> ",
        multiline=True,
        prompt_continuation="      > ",
        history=FileHistory(str(own_file(history))),
        completer=CypherCompleter(shell.parameters),
        complete_while_typing=False,
        key_bindings=keys,
    )
    shell.messages.print("A query ends with a semicolon. `:help` lists what else there is; Ctrl-D leaves.", markup=False)
    while True:
        try:
            text = session.prompt()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        if text.lstrip().startswith(":"):
            if not shell.command(text):
                return
        else:
            shell.run(text)


def own_file(path: Path) -> Path:
    """Return a path with its home, where a file is that only its owner may read."""
    found = path.expanduser()
    found.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(found, os.O_WRONLY | os.O_CREAT, 0o600))
    found.chmod(0o600)
    return found


def start(url: str, token: str, commands: list[str], parameters: list[str], seconds: int | None, format_: AnswerFormat) -> bool:
    """Ask what was given as arguments, or by standard input, or talk to a terminal; return whether all went well.

    Raises:
        Refused: a parameter is not written as one.
        Unauthenticated: there is no token.

    """
    if not token:
        raise Unauthenticated("Set ROOKERY_TOKEN to a token of a program with the scope ANALYTICS.")
    shell = Shell(CypherClient(url, token), results, console, format_, seconds)
    for each in parameters:
        shell.set_parameter(each)
    if commands:
        return all(shell.run(each) for each in commands)
    if not sys.stdin.isatty():
        return shell.run(sys.stdin.read())
    interact(shell)
    return True
