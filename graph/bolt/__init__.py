"""Bolt spoken by ourselves: reads, many at a time on a connection, and writes. Everything else goes by the driver."""
