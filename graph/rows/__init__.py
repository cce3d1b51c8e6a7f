"""Rows of the graph: frozen dataclasses, built by position from the lists that statements return; one file a domain."""
