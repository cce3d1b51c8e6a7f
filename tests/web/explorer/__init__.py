"""The API explorer in a real browser."""
