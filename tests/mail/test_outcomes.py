"""What clients see of a write that has a mail sent, or follows a link, whose answer was lost: unknown, and safe to try again."""

from tests.api.losing import LosingAnswers
from tests.api.product import LOG_IN, PASSWORD
from tests.mail.mailing import ACCOUNT, NEW_PASSWORD, token_of

NEW = "lund@example.org"


async def test_links_and_requests_whose_answer_is_lost_are_unknown_and_done(mailing):
    product = mailing.product
    mira = await product.sign_up("mira")
    first = await mailing.token("mira@example.org")
    losing = LosingAnswers(product)
    await losing.check_unknown(mira, "requestEmailVerification", {})
    assert await mailing.token("mira@example.org") != first
    await losing.check_unknown(None, "verifyEmail", {"token": first})
    await losing.check_unknown(mira, "changeEmail", {"newEmail": NEW, "password": PASSWORD})
    await losing.check_unknown(None, "verifyEmail", {"token": token_of((await mailing.delivered())[NEW])})
    assert await losing.code_of(None, "requestPasswordReset", {"email": NEW}) == "OUTCOME_UNKNOWN"
    token = await mailing.token(NEW)
    await losing.check_unknown(None, "resetPassword", {"token": token, "newPassword": NEW_PASSWORD})
    assert await losing.code_of(None, "resetPassword", {"token": token, "newPassword": NEW_PASSWORD}) == "INVALID_INPUT"
    back = await product.run(LOG_IN, input={"login": NEW, "password": NEW_PASSWORD})
    assert back["logIn"]["session"]["viewer"]["username"] == "mira"
    await mailing.settle()  # what the server would have done after its answer, a worker does
    assert (await product.ask(ACCOUNT, mira)).code == "UNAUTHENTICATED"
