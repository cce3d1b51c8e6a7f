"""Relationships between people: follows, requests to follow, blocks, close friends, suggestions."""
