"""The history of the viewer's account, newest first: who signed in, and who tried."""

from feeds.keysets import IdColumn, Keyset
from feeds.pipeline import Feed
from feeds.reader import Reader
from feeds.whole_rows import whole_rows
from graph.rows.sign_ins import SignIn

KEYSET = Keyset("sign_ins", below=IdColumn())


def sign_ins(reader: Reader) -> Feed[SignIn]:
    """Return the sign-ins of 90 days, and tries that failed."""
    return whole_rows(reader, KEYSET, "sign_ins/page", SignIn.of, viewer=reader.signed_in().id)
