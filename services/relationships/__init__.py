"""What people are to each other: follows, requests to follow, blocks."""
