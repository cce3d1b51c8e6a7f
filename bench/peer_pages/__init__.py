"""`peers`: pages and writes over the graph, beside what somebody would take instead of the product."""
