"""Mail to people: what is to be sent, in which words, and the sending."""
