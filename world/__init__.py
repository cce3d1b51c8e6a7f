"""The demo world, and the import of real follow graphs. It knows the graph and nothing of the product's rules."""
