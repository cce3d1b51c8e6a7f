"""Neo4j and nothing else: driver, query catalogue, rows, ids, migrations and errors."""
