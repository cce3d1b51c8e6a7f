"""How fields get their values: authorise, call a loader or a service, return rows of the graph."""
