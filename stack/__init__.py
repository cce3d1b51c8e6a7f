"""Neo4j, Redis and an S3 server as children of one process, without Docker or a JDK."""
