"""The history of an account: who signed in, from where and by what; and a mail about a device that is new."""

from collections.abc import Mapping
from dataclasses import dataclass

from clock import now_ms
from errors import OutcomeUnknown, Unavailable
from graph.ids import id_at, new_id
from graph.rows.mails import MailKind
from graph.rows.sign_ins import SignInMethod
from services.events.command_writer import CommandWriter
from services.mail.writing import MailWriting

HOUR = 3_600_000
"""Milliseconds within which sign-ins of one device and network are one row, and so are tries that fail from one network."""
SEEN_WITHIN = 30 * 24 * HOUR
"""Milliseconds for which a device of a name in a network is known by its last sign-in, where it has no token that says so."""
JOINED_WITHIN = 24 * HOUR
"""Milliseconds after they joined within which somebody's first sign-in is no news."""
RETAINED = 90 * 24 * HOUR
"""Milliseconds for which the history is retained."""
BATCH = 1_000
"""Rows that one transaction forgets."""
BATCHES = 100
"""Transactions of one run at most; the next run does the rest."""


@dataclass(frozen=True, slots=True)
class SignInHistory:
    """Writes and forgets the history of everybody."""

    writer: CommandWriter
    mail: MailWriting

    async def note(self, user_id: str, method: SignInMethod, device: str, network: str, *, known_since: int | None) -> bool:
        """Note that somebody signed in, and tell them by mail of a new device; return whether its token says that it is known.

        `known_since` is when the token was given, in milliseconds since 1970 UTC, None without one of theirs. They may have made
        all devices of before unknown since.

        Another device is new unless one of this name was signed in from this network within 30 days. A thief in the same house
        is told of as long as their device is called otherwise.

        Raises:
            Unavailable: the graph is down, and perhaps nothing was noted.

        """
        at, notices = now_ms(), self.mail.notices(MailKind.NEW_DEVICE)
        try:
            noted = await self.writer.of_viewer(user_id).write(
                "sign_ins/note",
                events=lambda row: [each.requested() for each in notices] if row[0] else [],
                userId=user_id,
                signIn=new_sign_in(at, method, device, network),
                hourAgo=id_at(at - HOUR, 0),
                monthAgo=id_at(at - SEEN_WITHIN, 0),
                joinedSince=at - JOINED_WITHIN,
                knownSince=known_since,
                mails=[each.mail for each in notices],
            )
        except OutcomeUnknown as error:
            raise Unavailable from error
        return noted is not None and bool(noted[1])

    async def forget_old(self, at: int | None = None) -> None:
        """Forget rows that are too old. `at` is the present time in milliseconds since 1970 UTC, by default the clock's.

        Raises:
            Unavailable: the graph is away; the next run does the rest.

        """
        before = id_at((at or now_ms()) - RETAINED, 0)
        for _ in range(BATCHES):
            if await self.writer.write("sign_ins/forget", before=before, most=BATCH) < BATCH:
                return


def new_sign_in(at: int, method: SignInMethod, device: str, network: str) -> Mapping[str, object]:
    """Return a row of the history as a statement writes it, which adds whose it is and whether it is new."""
    return {
        "id": new_id(),
        "firstAt": at,
        "lastAt": at,
        "method": method.value,
        "failed": False,
        "count": 1,
        "device": device,
        "network": network,
    }
