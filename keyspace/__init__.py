"""Redis and nothing else: client, keys, Lua scripts, cached rows, streams, leases and rate limits."""
