"""Posts: their text and what is found in it, writing, deleting and liking them."""
