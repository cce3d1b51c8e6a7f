"""One page of posts from rows in memory, served by us and by others: what is left is the server alone."""
