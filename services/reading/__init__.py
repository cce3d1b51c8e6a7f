"""What people have read: where they are in their feeds, and which posts they have viewed."""
