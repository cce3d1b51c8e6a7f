"""The analysts' copy as a graph: its model, and the files that a Neo4j of its own is loaded from."""
