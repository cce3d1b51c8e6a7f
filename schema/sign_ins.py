"""The history of sign-ins: who signed in to the viewer's account, and who tried."""

from datetime import datetime

import strawberry

import feeds.sign_ins
from feeds.connection import Connection
from feeds.pipeline import page
from feeds.windows import USUAL_SIZE, Window
from graph.rows import sign_ins as rows
from graph.rows.sign_ins import SignInMethod
from resolvers.context import Context
from schema.access import BY_PERSON
from schema.connections import connection_of
from schema.enums import show_enum
from schema.fields import attribute
from schema.operations import query
from schema.pages import After, First
from services.accounts.viewer import Viewer

show_enum(
    SignInMethod,
    "By what somebody proved who they are, or tried to.",
    {
        "SIGN_UP": "They made the account.",
        "PASSWORD": "By the password.",
        "PASSKEY": "By a passkey.",
        "PROVIDER": "By an account elsewhere.",
    },
)


@strawberry.type(
    description="Sign-ins on one device and network by one method within an hour, or tries from one network that failed."
)
class SignIn:
    """Shows the row of the same name."""

    first_at: datetime = attribute("When the first of them was.")
    last_at: datetime = attribute("When the last of them was.")
    method: SignInMethod = attribute("By what.", "method")
    failed: bool = attribute("Whether they failed: somebody named the account, and could not prove that it is theirs.")
    unfinished: bool = attribute(
        "Whether the password was right, and no second factor was given: whoever it was knows the password. It is `failed` too."
    )
    count: int = attribute("How many they are.")
    device_name: str = attribute("What the device was called; empty for what failed.", "device")
    network: str = attribute("The network of the address that they came from, such as `192.0.2.0/24`.")
    is_new: bool = attribute("Whether the device was new, which the person was told by mail.")


@connection_of(SignIn, "a sign-in", "sign-ins")
class SignInConnection:
    """A page of the history of an account."""


@query(SignInConnection, access=BY_PERSON)
async def sign_ins(
    context: Context, _: Viewer, first: First = USUAL_SIZE, after: After = None
) -> Connection[rows.SignIn]:
    """Who signed in to the viewer's account within 90 days, and who tried and failed, newest first.

    What is refused without a look at the password, since too much before it failed, is not among them.
    """
    return await page(context.reader, feeds.sign_ins.sign_ins(context.reader), Window(first, after))
