"""The largest integer that clients may meet."""

MAX_SAFE_INTEGER = 9_007_199_254_740_991
"""2^53 - 1, the largest integer that JavaScript and JSON clients hold exactly; above every time and every key of the graph."""
