"""Home timelines: the cached lists, pushing to them, and pulling from the graph. `feeds/home.py` makes pages of both."""
