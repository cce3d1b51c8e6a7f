-- Look whether each limit lets an attempt pass, and take none. KEYS: the limits. Returns as `limit_take`.
return with_states(longest_wait())
