"""Benchmarks: one file a measured claim."""
