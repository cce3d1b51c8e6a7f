"""Batched lookups of one operation: one class a lookup, one statement a class, named by what they return and the key."""
