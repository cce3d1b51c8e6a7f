-- Look whether each limit lets an attempt pass, and take none. KEYS: the limits. Returns as `limit_take`.
return longest_wait()
