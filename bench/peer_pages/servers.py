"""The servers that are measured, and the form in which each of them is asked."""

from base64 import b64decode
from collections.abc import Iterable, Mapping

from bench import feed
from bench.load import Request
from bench.operations import DOCUMENTS
from bench.peer_pages.cast import Asking
from bench.peers import peers
from bench.people import STATEMENTS, headers_of
from bench.plain_app import VIEWER
from bench.served import PRODUCT, Program, module
from parts import Parts

OURS = "rookery"
UNCACHED = "rookery with nothing cached in the process"
YOGA = "graphql-yoga"
LISTS = "graphql-yoga with lists in Redis"
LIBRARY = "@neo4j/graphql"
STRAWBERRY = "strawberry with its caches"

WAYS = (OURS, UNCACHED)
"""The product, whose requests have tokens; all others believe a header."""
_FOLDER = str(STATEMENTS / "peers")
_SCRIPTS = {
    YOGA: ("yoga_graph.mjs", _FOLDER),
    LISTS: ("yoga_graph.mjs", _FOLDER, "redis"),
    LIBRARY: ("neo4j_graphql.mjs", _FOLDER),
}
_PROGRAMS = {
    OURS: PRODUCT,
    UNCACHED: feed.PROGRAMS[feed.UNCACHED],
    STRAWBERRY: module("bench.peer_pages.strawberry_app"),
}


def programs(names: Iterable[str]) -> Mapping[str, Program]:
    """Return the programs of these servers; without Node, those that need it are left out."""
    wanted = list(dict.fromkeys(names))
    in_node = {name: _SCRIPTS[name] for name in wanted if name in _SCRIPTS}
    found = {**_PROGRAMS, **(peers(in_node) if in_node else {})}
    return {name: found[name] for name in wanted if name in found}


def request(server: str, document: str, asking: Asking, parts: Parts) -> Request:
    """Return a request in the form that a server takes."""
    text, person = (DOCUMENTS / f"{document}.graphql").read_text("utf-8"), asking.person
    if server in WAYS:
        return Request(text, headers_of(parts, person), asking.variables)
    variables = {name: own_id(value) if name == "id" else value for name, value in asking.variables.items()}
    return Request(text, {VIEWER: str(person.key)}, variables if server == LIBRARY else asking.variables)


def own_id(global_id: str) -> str:
    """Return the id of the graph, which a global id has in it: @neo4j/graphql has no others."""
    return b64decode(global_id).decode().partition(":")[2]
