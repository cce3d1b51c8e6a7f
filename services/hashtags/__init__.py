"""Hashtags that people follow."""
