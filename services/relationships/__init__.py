"""Relationships between users: follows, requests to follow, blocks, close friends, ways between them."""
