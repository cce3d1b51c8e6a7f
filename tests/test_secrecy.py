"""Nothing secret is told by processes whose servers are away or set up wrongly, which is when most is told."""

import asyncio
import os
import subprocess
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from services.settings import Settings
from tests.worlds.processes import COMMAND, ROOT, RookeryProcess, free_address, unmeasured
from tests.worlds.secrecy import command_lines, leaked
from tests.worlds.waiting import until

SECRETS = {
    "neo4j_password": "marked-neo4j-password",
    "analytics_password": "marked-analytics-password",
    "redis_url": "redis://:marked-redis-password@127.0.0.1:1/0",
    "redis_timelines_url": "redis://:marked-timelines-password@127.0.0.1:1/0",
    "redis_rows_url": "redis://:marked-rows-password@127.0.0.1:1/0",
    "redis_limits_url": "redis://:marked-limits-password@127.0.0.1:1/0",
    "redis_sessions_url": "redis://:marked-sessions-password@127.0.0.1:1/0",
    "redis_streams_url": "redis://:marked-streams-password@127.0.0.1:1/0",
    "s3_secret_key": "marked-s3-secret-key",
    "token_secret": "marked-token-secret-of-32-bytes-or-more,marked-token-secret-of-before-32-bytes",
    "seal_secret": "marked-seal-secret-of-32-bytes-or-more,marked-seal-secret-of-before-32-bytes",
    "smtp_password": "marked-smtp-password",
    "providers": '[{"name": "example", "display_name": "Example", "issuer": "https://127.0.0.1:1", "client_id": "rookery", '
    '"client_secret": "marked-client-secret"}]',
}
SERVERS = {
    "neo4j_uri": "bolt://127.0.0.1:1", "s3_endpoint": "http://127.0.0.1:1", "s3_access_key": "rookery", "smtp_host": "127.0.0.1",
    "smtp_port": "1", "smtp_user": "rookery", "mail_from": "rookery@example.org", "mail_links": "https://example.org",
    "analytics_uri": "bolt://127.0.0.1:1", "neo4j_acquire_timeout": "0.5", "processes": "1",
}  # fmt: skip
ENVIRONMENT = {**os.environ, **{f"ROOKERY_{name.upper()}": value for name, value in (SERVERS | SECRETS).items()}}
MARKS = {"a secret of the settings": "marked-", "a password": "hunter2hunter2", "an address": "mira@example.org"}
LOG_IN = "mutation ($input: LogInInput!) { logIn(input: $input) { session { accessToken } } }"


def test_every_secret_of_the_settings_is_marked():
    of_settings = {name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)}
    assert of_settings <= SECRETS.keys()
    assert all("marked-" in secret for secret in SECRETS.values())


@pytest.mark.parametrize(
    "more", [{}, {"ROOKERY_REDIS_ROWS_URL": "redis://:marked/secret@127.0.0.1:1/0"}], ids=["dead servers", "no address"]
)
def test_a_command_that_fails_tells_no_secret(more: dict[str, str]):
    command, environ = [*COMMAND, "rotate-keys"], ENVIRONMENT | more
    done = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 1 and done.stderr.count("\n") == 1
    assert leaked(MARKS, {"output": done.stdout, "errors": done.stderr}) == []


async def test_processes_without_their_servers_tell_no_secret(tmp_path: Path):
    address = free_address()
    port = address.rpartition(":")[2]
    web = await started(tmp_path / "web.log", "serve", ROOKERY_PORT=port, ROOKERY_ENVIRONMENT="production")
    worker = await started(tmp_path / "worker.log", "worker")
    try:
        async with httpx.AsyncClient(base_url=f"http://{address}", trust_env=False, timeout=30) as http:
            await until(lambda: serves(http), 120)
            given = ({"login": login, "password": MARKS["a password"]} for login in (MARKS["an address"], "mira"))
            bodies = ({"query": LOG_IN, "variables": {"input": each}} for each in given)
            answers = [await http.post("/graphql", json=body) for body in bodies]
            headers = {"authorization": "Bearer marked-token"}
            answers.append(await http.post("/graphql", json={"query": "{ viewer { username } }"}, headers=headers))
            answers += [await http.get(path) for path in ("/metrics", "/readyz", "/graphql?query=%7B+nothing+%7D", "/nowhere")]
        await until(lambda: worker.logged, 120)
        told = {f"answer {at}": answer.text + str(answer.headers) for at, answer in enumerate(answers)}
        told |= {"log of web": web.logged, "log of worker": worker.logged, **command_lines()}
    finally:
        await web.kill()
        await worker.kill()
    assert all(answer.status_code < 600 for answer in answers)
    assert leaked(MARKS, told) == []


async def started(log: Path, word: str, **more: str) -> RookeryProcess:
    with log.open("ab") as file:
        process = await asyncio.create_subprocess_exec(
            *COMMAND, word, env=unmeasured(ENVIRONMENT | more), cwd=ROOT, stdout=file, stderr=file
        )
    return RookeryProcess(process, log)


async def serves(http: httpx.AsyncClient) -> bool:
    with suppress(httpx.TransportError):
        return (await http.get("/livez")).status_code == httpx.codes.OK
    return False
