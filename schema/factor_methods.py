"""By what people prove who they are, and what a log-in asks for beside a password."""

from datetime import datetime

import strawberry

from execution.declarations import Cost, RowsOf
from graph.rows.factors import FactorMethod
from schema.enums import show_enum
from schema.fields import attribute
from services.accounts.second_factor import SecondFactorNeeded

show_enum(
    FactorMethod,
    "By what somebody proves who they are.",
    {
        "PASSWORD": "Their password.",
        "TOTP": "A code of an authenticator app: `code`.",
        "RECOVERY_CODE": "A recovery code, each of which is good once: `recoveryCode`.",
        "PASSKEY": "A passkey: `passkey`, which answers `passkeyOptions`.",
    },
)


@strawberry.type(description="What a log-in asks for beside the password, by `completeLogIn`.")
class SecondFactor:
    """Shows a `SecondFactorNeeded`."""

    challenge: str = attribute("Send it with the answer. It proves the password, and is good for five minutes and one log-in.")
    methods: list[FactorMethod] = attribute("By what it can be answered.", cost=Cost(rows=0))
    passkey_options: str | None = attribute(
        "JSON for `PublicKeyCredential.parseRequestOptionsFromJSON`; null where there is no passkey."
    )
    expires_at: datetime = attribute("When the challenge ends.")

    is_type_of = RowsOf(SecondFactorNeeded)
