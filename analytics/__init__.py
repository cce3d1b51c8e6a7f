"""The analysts' copy of the graph: what a stranger may see, under pseudonyms, as Parquet files and in a Neo4j of its own."""
