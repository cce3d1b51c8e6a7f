"""The demo world, and the import of real follow graphs. It uses the graph and knows no rules of the product."""
