"""Events: from the outbox to the stream, and from the stream to those who act on them."""
