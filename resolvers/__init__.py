"""What fields need beyond a lookup: the context of an operation, and what is computed or decided for a field. Returns rows."""
