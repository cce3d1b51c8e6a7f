"""Bolt spoken by ourselves: reads of one statement, many at a time on a connection. Everything else goes by the driver."""
