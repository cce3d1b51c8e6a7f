"""Many WebSockets on one process: the load generator, and the servers that the product's live streams are compared with."""
