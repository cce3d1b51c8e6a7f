"""Why the compiled way ends: the document has what is not compiled, or the data is not as the plan assumes."""


class Uncompiled(Exception):
    """The document has something that is left to graphql-core; the message is a short reason for metrics."""


class Surprise(Exception):
    """The data broke an assumption of the plan: graphql-core goes on from what is known, and finds the error."""
