"""Media: presigned uploads, which files are accepted, how they are processed, and where they are stored."""
