"""The HTTP and WebSocket surface: it knows GraphQL's protocols and nothing of the product."""
