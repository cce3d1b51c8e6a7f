"""What is sealed in the graph, and how it is sealed anew with another secret."""
