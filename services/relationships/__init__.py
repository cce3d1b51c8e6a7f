"""Relationships between users: follows, requests to follow, blocks, close friends, suggestions."""
