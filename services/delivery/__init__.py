"""Home timelines: what is pushed, what is pulled, and how a page is made of both."""
