"""GraphQL over HTTP audited by its reference implementation, and streams read by the clients that people use."""
