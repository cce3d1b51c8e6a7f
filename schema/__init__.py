"""What clients see: the GraphQL types, each field either declared as data or resolved by a function of `resolvers`."""
