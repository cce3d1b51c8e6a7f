import json
import os
import re
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from commands.environment import FILE
from graph.driver import Graph
from graph.ids import new_id, pack
from graph.rows.users import UserRow
from keyspace import keys
from parts import open_parts
from resolvers.global_ids import encode
from services.settings import Settings
from stack.ports import Ports
from tests.worlds.processes import COMMAND, ROOT, START_SECONDS, environment, unmeasured
from tests.worlds.secrecy import command_lines, leaked, logs, open_to_others
from tests.worlds.town import Town
from tests.worlds.waiting import PATIENT


def rookery(settings: Settings, *words: str, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    environ = {**unmeasured(environment(settings)), **more}
    return subprocess.run(
        [*COMMAND, *words], input=stdin, env=environ, cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_help_names_every_command():
    done = subprocess.run([*COMMAND, "--help"], cwd=ROOT, capture_output=True, text=True, check=True)
    names = [
        "up", "serve", "worker", "migrate", "seed", "import", "schema", "token", "suspend", "restore", "bench", "dead-letters",
        "plan", "delivery", "audit", "caches", "role", "rotate-keys", "analytics", "report",
    ]
    for name in names:
        assert re.search(rf"\b{name}\b", done.stdout)


async def test_follows_are_imported_from_standard_input_and_bad_lines_are_told(graph: Graph, settings: Settings):
    done = rookery(settings, "import", "follows", "-", stdin="ana bo\nnonsense\nbo ana\nana cy\n")
    assert done.returncode == 0, done.stderr
    assert "3 people, 3 follows" in done.stderr
    assert "line 2 skipped" in done.stderr
    assert await graph.read("users/by_username", viewer=None, names=["u_ana", "uana"], at=0)


async def test_an_import_without_redis_says_what_is_left_to_do(graph: Graph, keyspace, settings: Settings):
    done = rookery(settings, "import", "follows", "-", stdin="ana bo\n", ROOKERY_REDIS_URL="redis://127.0.0.1:1")
    assert done.returncode == 1 and "rookery caches drop" in done.stderr
    assert await graph.read("users/by_username", viewer=None, names=["u_ana", "uana"], at=0)
    await keyspace.command("SET", keys.timeline(1), "x")
    dropped = rookery(settings, "caches", "drop")
    assert dropped.returncode == 0, dropped.stderr
    assert "dropped" in dropped.stderr
    assert not await keyspace.command("EXISTS", keys.timeline(1))


async def test_a_token_is_for_development_and_for_people_who_exist(graph: Graph, settings: Settings):
    missing = rookery(settings, "token", "nobody_here")
    assert missing.returncode == 1 and missing.stderr.strip() == "There is no such person."
    production = rookery(settings, "token", "nobody_here", ROOKERY_ENVIRONMENT="production")
    assert production.returncode == 1 and "development" in production.stderr


async def test_somebody_is_suspended_and_restored(graph: Graph, settings: Settings):
    user = {
        "id": new_id(), "username": "Mira", "usernameKey": "mira", "displayName": "Mira", "bio": "", "private": False,
        "discoverable": True, "state": "ACTIVE", "createdAt": 1,
    }
    await graph.write("world/add_people", people=[user])
    told = [rookery(settings, *words).stderr.strip() for words in (
        ("suspend", "mira"), ("suspend", "mira"), ("restore", "mira"), ("restore", "mira"), ("suspend", "nobody_here"),
    )]
    assert told == [
        "mira is suspended.", "mira was suspended already.", "mira is restored.", "mira was not suspended.",
        "There is no such person.",
    ]
    (row,) = await graph.read("users/by_id", ids=[user["id"]])
    assert UserRow.of(row).state == "ACTIVE"


async def test_roles_are_given_taken_and_listed(graph: Graph, settings: Settings):
    user = {
        "id": new_id(), "username": "Mira", "usernameKey": "mira", "displayName": "Mira", "bio": "", "private": False,
        "discoverable": True, "state": "ACTIVE", "createdAt": 1,
    }
    await graph.write("world/add_people", people=[user])
    await graph.write("accounts/add_account", userId=user["id"], emailHashes=["0f"], emailSealed="", passwordHash="")
    granted = rookery(settings, "role", "grant", "@mira", "administrator", "--reason", "The first one.")
    assert granted.stderr.strip() == "@mira is ADMINISTRATOR now."
    assert rookery(settings, "role", "grant", "mira", "ADMINISTRATOR").stderr.strip() == "mira was ADMINISTRATOR already."
    listed = rookery(settings, "role", "list").stdout
    assert "Mira" in listed and "ADMINISTRATOR" in listed
    assert rookery(settings, "role", "revoke", "mira", "administrator").stderr.strip() == "mira is ADMINISTRATOR no longer."
    assert "Nobody holds a role." in rookery(settings, "role", "list").stdout
    unknown = rookery(settings, "role", "grant", "nobody_here", "analyst")
    assert (unknown.returncode, unknown.stderr.strip()) == (1, "There is no such person.")


async def test_the_demo_world_is_not_made_in_production(graph: Graph, settings: Settings):
    done = rookery(settings, "seed", "--people", "12", "--posts", "0", ROOKERY_ENVIRONMENT="production")
    assert done.returncode == 1 and "published passwords" in done.stderr


async def test_no_dead_letters_are_said_to_be_none(keyspace, settings: Settings):
    done = rookery(settings, "dead-letters", "list")
    assert done.returncode == 0 and "There are no dead letters." in done.stdout


async def test_timelines_are_audited_and_repaired(graph: Graph, keyspace, settings: Settings):
    quiet = rookery(settings, "audit", "timelines")
    assert quiet.returncode == 0 and "0 timelines compared, 0 differ" in quiet.stdout
    async with open_parts(settings.model_copy(update=PATIENT)) as parts:
        town = Town(parts)
        await town.settle("ada")
        posts = await town.has_written("ada", 3)
        await town.ids("ada")
        await keyspace.command("LREM", keys.timeline(town.people["ada"].key), 1, pack(posts[1]))
    found = rookery(settings, "audit", "timelines", "--sample", "10")
    assert found.returncode == 3 and "1 timelines compared, 1 differ" in found.stdout
    repaired = rookery(settings, "audit", "timelines", "--repair")
    assert repaired.returncode == 0 and "yes" in repaired.stdout
    assert "0 differ" in rookery(settings, "audit", "timelines").stdout


async def test_delivery_is_shown_pinned_and_unpinned(graph: Graph, keyspace, settings: Settings):
    shown = rookery(settings, "delivery", "show")
    assert shown.returncode == 0, shown.stderr
    for word in ("10,000 followers", "MIXED", "the settings", "1,000 to 10,000 followers", "deliveries left", "pulled authors"):
        assert word in shown.stdout
    pinned = rookery(settings, "delivery", "pin", "--threshold", "500", "--mode", "pull")
    assert pinned.returncode == 0, pinned.stderr
    for word in ("500 followers", "an operator", "500, PULL"):
        assert word in pinned.stdout
    await keyspace.command("FLUSHALL")
    assert "500, PULL" in rookery(settings, "delivery", "show").stdout
    refused = rookery(settings, "delivery", "pin")
    assert (refused.returncode, refused.stderr.strip()) == (1, "Pin a threshold, a mode, or both.")
    unpinned = rookery(settings, "delivery", "unpin")
    assert "an operator" not in unpinned.stdout and "the settings" in unpinned.stdout


async def test_the_plan_of_a_post_is_shown_by_either_id(graph: Graph, keyspace, settings: Settings):
    unknown = new_id()
    refused = rookery(settings, "delivery", "plan", unknown)
    assert (refused.returncode, refused.stderr.strip()) == (1, "There is no such post on home timelines.")
    async with open_parts(settings.model_copy(update=PATIENT)) as parts:
        town = Town(parts)
        await town.settle("ada")
        post = await town.post("ada")
        waiting = rookery(settings, "delivery", "plan", post).stdout
        await town.deliver()
    for word in ("PUSH", "FEW_FOLLOWERS", "unknown"):
        assert word in waiting
    done = rookery(settings, "delivery", "plan", encode("Post", post))
    assert done.returncode == 0, done.stderr
    for word in ("PUSH", "FEW_FOLLOWERS", "ALL", "at once"):
        assert word in done.stdout
    assert rookery(settings, "delivery", "plan", encode("User", post)).returncode == 1


def test_a_document_is_printed_as_code(tmp_path: Path):
    document = tmp_path / "me.graphql"
    document.write_text("{ viewer { username } }")
    done = subprocess.run([*COMMAND, "plan", str(document)], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "# anonymous, price 5\n" in done.stdout and "def Query_" in done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_up_starts_everything_says_so_once_and_leaves_nothing(folder: Path):
    ports, web = Ports.any_free().resolved(), Ports.any_free().resolved().s3
    environ = {name: value for name, value in os.environ.items() if not name.startswith("ROOKERY_")} | {
        "ROOKERY_STACK_NEO4J_PORT": str(ports.neo4j),
        "ROOKERY_STACK_REDIS_PORT": str(ports.redis),
        "ROOKERY_STACK_S3_PORT": str(ports.s3),
        "ROOKERY_STACK_MAIL_PORT": str(ports.mail),
        "ROOKERY_PORT": str(web),
    }
    words = [*COMMAND, "up", "--no-demo", "--data-dir", str(folder)]
    running = subprocess.Popen(words, cwd=ROOT, env=environ, stderr=subprocess.PIPE, text=True)
    assert running.stderr is not None
    try:
        wait_until_ready(running, f"http://127.0.0.1:{web}/readyz")
        secrets = secrets_in(folder) | verify_by_mail(f"http://127.0.0.1:{web}")
        metrics = httpx.get(f"http://127.0.0.1:{web}/metrics", timeout=30).text
        assert leaked(secrets, {**logs(folder), **command_lines(), "metrics": metrics}) == []
        assert (folder / FILE).exists() and open_to_others(folder) == []
        second = subprocess.run(words, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
        assert second.returncode == 1 and str(running.pid) in second.stderr
    finally:
        running.send_signal(signal.SIGINT)
        said = running.communicate(timeout=START_SECONDS)[1]
    assert running.returncode == 0
    assert leaked(secrets, {**logs(folder), "terminal": said}) == []
    assert not (folder / FILE).exists()
    left = subprocess.run(["pgrep", "-f", str(folder)], capture_output=True, text=True, check=False)
    assert left.stdout == ""


def secrets_in(folder: Path) -> dict[str, str]:
    """Return the passwords and secrets that were made."""
    passwords: dict[str, str] = json.loads((folder / "credentials.json").read_text("utf-8"))
    return passwords | {path.name: path.read_text("utf-8").strip() for path in folder.glob("*.secret")}


def verify_by_mail(home: str) -> dict[str, str]:
    """Sign up, follow the link of the mail that the worker sent to the sink, and return what nobody else should know."""

    def run(document: str, **given: str) -> dict[str, object]:
        answer = httpx.post(f"{home}/graphql", json={"query": document, "variables": {"input": given}}, timeout=30).json()
        assert "errors" not in answer, answer
        return dict(answer["data"])

    email, password = "mira@example.org", "a long enough passphrase"
    sign_up = "mutation ($input: SignUpInput!) { signUp(input: $input) { session { accessToken } } }"
    made: Any = run(sign_up, username="mira", email=email, password=password)
    end, found = time.monotonic() + START_SECONDS, None
    while found is None and time.monotonic() < end:
        found = re.search(rf"{home}/dev/verify-email#token=([\w-]+)", httpx.get(f"{home}/dev/mail", timeout=2).text)
        time.sleep(0.1)
    assert found is not None
    verify = "mutation ($input: VerifyEmailInput!) { verifyEmail(input: $input) { email } }"
    assert run(verify, token=found[1]) == {"verifyEmail": {"email": email}}
    access = made["signUp"]["session"]["accessToken"]
    return {"address": email, "password": password, "access token": access, "token of a link": found[1]}


def wait_until_ready(running: subprocess.Popen[str], address: str) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and running.poll() is None:
        try:
            if httpx.get(address, timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"rookery up did not become ready: {running.poll()}")
