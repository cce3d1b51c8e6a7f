"""What people have read: where they are in their feeds."""
