"""Redis and nothing else: the client, the keys, the Lua scripts, and the rows that are hot."""
