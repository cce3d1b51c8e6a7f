"""Detaching quotes of the viewer's posts."""

from typing import Annotated

import strawberry

from resolvers.context import Context
from resolvers.posts import changed
from schema.inputs import IdOf
from schema.operations import mutation
from schema.payloads import PayloadFields, Returned, lookup_returned, returned
from schema.posts import Post
from services.accounts.viewer import Viewer

QuoteId = Annotated[str, IdOf("Post"), "Global id of the post that quotes one of the viewer's."]
_GIVES: PayloadFields = {
    "quote_id": returned(strawberry.ID, "Global id of the post that quotes."),
    "quote": lookup_returned(Post, "posts", "The post that quotes, as changed; null where the viewer may not see it."),
}


@mutation(takes="Which quote to detach.", gives=_GIVES)
async def detach_quote(context: Context, viewer: Viewer, post_id: QuoteId) -> Returned:
    """Take one of the viewer's posts out of a post that quotes it: nobody is shown it there from this moment.

    The other post stays, and shows that something was detached. It leaves `quotes` and `quoteCount`, and is in
    `detachedQuotes` of the viewer's post. Twice is as good as once.
    """
    return changed(context, await context.services.quoting.detach(viewer, post_id), "quote")


@mutation(takes="Which quote to reattach.", gives=_GIVES)
async def reattach_quote(context: Context, viewer: Viewer, post_id: QuoteId) -> Returned:
    """Undo that the viewer detached a quote of one of their posts; twice is as good as once."""
    return changed(context, await context.services.quoting.reattach(viewer, post_id), "quote")
