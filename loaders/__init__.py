"""Batched look-ups of one operation: one class a look-up, one query a class, named by what they give and the key."""
