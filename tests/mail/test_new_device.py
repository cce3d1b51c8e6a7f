"""The mail about a sign-in on a new device: when it comes, and what it says."""

from tests.api.test_guessing import guess
from tests.mail.mailing import NEW_PASSWORD, RESET, Mailing, plain_of
from tests.mail.test_password_reset import MIRA, forgotten, signed_up

PASSWORD = "a long enough passphrase"


async def phone(mailing: Mailing, address: str = "198.51.100.7", name: str = "Phone", **more: str) -> str:
    """Log in on a phone, and return its device token."""
    answer = await guess(mailing.product, password=PASSWORD, address=address, deviceName=name, **more)
    return str(answer.data["logIn"]["session"]["deviceToken"])


async def test_a_new_device_is_told_of_once_and_a_known_one_never(mailing):
    await signed_up(mailing)
    token = await phone(mailing)
    (told,) = (await mailing.delivered()).items()
    to, message = told
    assert (to, str(message["Subject"])) == (MIRA, "Somebody signed in to your account on a new device")
    text = plain_of(message)
    assert "@mira" in text
    assert "http" not in text
    assert "Phone" not in text  # whoever signed in chose the name
    await phone(mailing)
    await phone(mailing, "203.0.113.7", deviceToken=token)
    assert await mailing.delivered() == {}


async def test_signing_up_and_a_failure_are_no_news(mailing):
    await signed_up(mailing)
    await guess(mailing.product, address="198.51.100.7")
    await mailing.product.served.parts.accounts.log_in.failed.write()
    assert await mailing.delivered() == {}


async def test_the_first_sign_in_of_who_has_just_joined_without_a_history_is_no_news(mailing):
    await signed_up(mailing)
    await mailing.product.cypher("MATCH (s:SignIn) DETACH DELETE s RETURN count(*)")
    await phone(mailing)
    assert await mailing.delivered() == {}
    await mailing.product.cypher("MATCH (s:SignIn) DETACH DELETE s RETURN count(*)")
    await mailing.product.cypher("MATCH (u:User) SET u.createdAt = 0 RETURN count(*)")
    await phone(mailing)
    assert len(await mailing.delivered()) == 1


async def test_it_is_written_in_the_language_of_the_person(mailing):
    await mailing.product.sign_up("mira", language="DE")
    await mailing.delivered()
    await phone(mailing)
    (message,) = (await mailing.delivered()).values()
    assert str(message["Subject"]) == "Jemand hat sich auf einem neuen Gerät mit Ihrem Konto angemeldet"


async def test_a_device_of_before_a_reset_is_a_new_one_and_told_of(mailing):
    await signed_up(mailing)
    stolen = [await phone(mailing) for _ in range(3)]
    await mailing.delivered()
    reset = await forgotten(mailing)
    await mailing.product.run(RESET, input={"token": reset, "newPassword": NEW_PASSWORD})
    await mailing.delivered()
    thief = {"address": "203.0.113.7", "deviceName": "Phone", "deviceToken": stolen[0]}
    await guess(mailing.product, password=NEW_PASSWORD, **thief)
    assert len(await mailing.delivered()) == 1
    codes = [(await guess(mailing.product, address=f"192.0.2.{n}", deviceToken=stolen[n % 3])).code for n in range(8)]
    assert codes == ["UNAUTHENTICATED"] * 5 + ["RATE_LIMITED"] * 3
