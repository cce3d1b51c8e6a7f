"""`rookery cypher`: a shell for analysts, which asks a server by GraphQL, as any other program does."""
