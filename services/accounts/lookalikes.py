"""What usernames look like: two of the same skeleton are easily taken for each other (UTS #39, section 4).

Of Unicode's table of confusables, four entries are about the letters, digits and the underscore that usernames have; `w` beside
`vv` is ours. Case is folded last, as usernames are compared without it: `Ian` looks like `lan`, and `ian` does not.
`cypher/rows/username_skeleton.cypher` does the same in the graph.
"""

_ALONE = str.maketrans({"I": "l", "1": "l", "0": "O"})
_TOGETHER = str.maketrans({"m": "rn", "w": "vv"})


def skeleton_of(username: str) -> str:
    """Return the skeleton of a username as it is written."""
    return username.translate(_ALONE).lower().translate(_TOGETHER)
