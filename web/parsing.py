"""Parses documents within a limit: parsing takes time for each token, so it must end before a large document is read whole."""

from graphql import DocumentNode, Lexer, Source, Token, TokenKind
from graphql.language.parser import Parser

# Bound here because reading a member of an enum takes longer than counting a token.
_COMMENT, _END = TokenKind.COMMENT, TokenKind.EOF


class LimitExceeded(Exception):
    """The document has too many tokens or comments, or nests deeper than can be parsed."""


class _CountingLexer(Lexer):
    """Counts tokens and comments when they are read. graphql-core has such limits, but only a text says that one was reached."""

    def __init__(self, source: Source, most: int) -> None:
        """Allow `most` tokens, and as many comments."""
        super().__init__(source)
        self._tokens_left = self._comments_left = most

    def create_token(self, kind: TokenKind, start: int, end: int, value: str | None = None) -> Token:
        """Make a token, unless it is one too many."""
        if kind is _COMMENT:
            self._comments_left -= 1
            if self._comments_left < 0:
                raise LimitExceeded
        elif kind is not _END:
            self._tokens_left -= 1
            if self._tokens_left < 0:
                raise LimitExceeded
        return super().create_token(kind, start, end, value)


def parse_within(text: str, tokens: int | None) -> DocumentNode:
    """Parse a document of at most so many tokens and so many comments; None is for no limit.

    Raises:
        LimitExceeded: it has more, or nests too deeply.
        GraphQLSyntaxError: it is not well-formed.

    """
    source = Source(text, "GraphQL request")
    lexer = Lexer(source) if tokens is None else _CountingLexer(source, tokens)
    try:
        return Parser(source, lexer=lexer).parse_document()
    except RecursionError:
        pass  # raised below: an error in its place here would keep every frame of the recursion alive
    raise LimitExceeded
