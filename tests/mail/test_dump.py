"""Whoever reads the whole graph has nothing to sign in with, and no address to write to."""

import re

import pytest

from clock import now_ms
from errors import Unauthenticated
from services.accounts.device_tokens import DeviceTokens
from services.accounts.personal_token_text import PersonalTokenText
from services.accounts.refresh_tokens import RefreshTokens
from services.key_rotation.sealed_properties import SEALED
from services.mail.links import digest_of
from services.sealing import SealBroken, key_of
from tests.api.factors import with_app
from tests.api.product import CHANGE_PASSWORD, LOG_IN, PASSWORD
from tests.api.programs import CREATE
from tests.api.test_sessions import refreshed, signed_in
from tests.mail.mailing import CHANGE, FORGOT, NEW_PASSWORD, token_of

KNOWN = "mutation ($input: LogInInput!) { logIn(input: $input) { session { deviceToken } } }"
ADDRESSES = ("mira@example.org", "Mira.Else@example.org", "joan@example.org")
STRINGS = """
MATCH (n)
CALL (n) {
  RETURN labels(n)[0] AS kind, properties(n) AS properties
  UNION ALL
  MATCH (n)-[edge]->()
  RETURN type(edge) AS kind, properties(edge) AS properties
}
UNWIND keys(properties) AS name
WITH kind, name, properties[name] AS value
WITH kind, name, CASE WHEN value IS :: LIST<ANY> THEN value ELSE [value] END AS values
UNWIND values AS value
RETURN collect(DISTINCT [kind + '.' + name, toString(value)])
"""
"""Every value of every property, as a text: of nodes, of edges, and each of a list."""
AN_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.\w+")


async def told(mailing):
    """Let people do what leaves something behind, and return what only they should know."""
    product = mailing.product
    mira, joan = await product.people("mira", "joan")
    secrets = {"access token": mira.token, "password": PASSWORD}
    delivered = await mailing.delivered()
    secrets["link of a verification"] = token_of(delivered["mira@example.org"])
    session = await refreshed(product, await signed_in(product))
    secrets |= {"refresh token": session.refresh, "access token of a refresh": session.person.token}
    app = await with_app(product, joan)
    await mailing.delivered()  # what tells of the app, so that the next mail to joan is the link
    secrets |= {"secret of an app": app.secret, **{f"recovery code {at}": code for at, code in enumerate(app.recovery_codes)}}
    secrets |= {f"{name} without hyphens": code.replace("-", "") for name, code in secrets.items() if "recovery" in name}
    known = await product.run(KNOWN, input={"login": "mira", "password": PASSWORD})
    secrets["device token"] = known["logIn"]["session"]["deviceToken"]
    given = {"name": "backup", "scopes": ["READ", "WRITE"]}
    secrets["token of a program"] = (await product.run(CREATE, mira, input=given))["createPersonalToken"]["token"]
    for login in (*ADDRESSES, "mira", "nobody"):
        await product.ask(LOG_IN, input={"login": login, "password": "not the password"})
    await product.run(CHANGE, mira, input={"newEmail": ADDRESSES[1], "password": PASSWORD})
    await product.run(FORGOT, input={"email": ADDRESSES[2]})
    delivered = await mailing.delivered()
    secrets |= {"link of a change": token_of(delivered[ADDRESSES[1]]), "link of a reset": token_of(delivered[ADDRESSES[2]])}
    await product.run(CHANGE_PASSWORD, joan, input={"currentPassword": PASSWORD, "newPassword": NEW_PASSWORD})
    await product.run(CHANGE, mira, input={"newEmail": "waiting@example.org", "password": PASSWORD})
    await product.run(FORGOT, input={"email": "nobody@example.org"})  # these two wait for the worker
    return secrets


async def test_the_graph_has_nothing_to_sign_in_with_and_no_address(mailing):
    secrets = await told(mailing)
    values = await mailing.product.cypher(STRINGS)
    kinds = {name for name, _ in values}
    assert kinds >= {"Account.passwordHash", "EmailLink.tokenHash", "Mail.toSealed", "PersonalToken.secretHash", "Outbox.payload"}
    assert kinds >= {"TotpFactor.secretSealed", "RecoveryCode.digestSealed"}
    for name, value in values:
        assert not AN_ADDRESS.search(value), name
        assert not [secret for secret in (*ADDRESSES, *secrets.values()) if secret.lower() in value.lower()], name
    parts = mailing.product.served.parts
    for name, value in values:
        assert not await opens(parts, value), name
    # What would open something would have been found.
    assert await opens(parts, secrets["link of a verification"]) == ["accounts/address_of_link"]
    assert await opens(parts, secrets["refresh token"]) == ["refreshSession"]
    assert await opens(parts, secrets["device token"]) == ["a known device"]
    assert await opens(parts, secrets["token of a program"]) == ["a program"]


async def opens(parts, value):
    """Return what a text of the graph can be used for."""
    used_for = []
    with pytest.raises(Unauthenticated):
        parts.accounts.tokens.verify(value)
    if RefreshTokens(parts.settings.token_secret.get_secret_value()).read(value) is not None:
        used_for.append("refreshSession")
    if DeviceTokens(parts.settings.token_secret.get_secret_value()).read(value) is not None:
        used_for.append("a known device")
    if PersonalTokenText.of(value) is not None:
        used_for.append("a program")
    if (digest := digest_of(value)) is not None:
        links = ("accounts/for_reset", "accounts/address_of_link")
        used_for += [each for each in links if await parts.graph.read(each, tokenHash=digest, at=now_ms()) is not None]
    return used_for


async def test_what_is_sealed_is_in_the_list_of_the_rotation(mailing):
    await told(mailing)
    found = {name for name, value in await mailing.product.cypher(STRINGS) if is_sealed(value)}
    assert found and found <= {each.name for each in SEALED}


def is_sealed(value):
    try:
        return bool(key_of(value))
    except SealBroken:
        return False
