"""Pictures: presigned uploads, what is accepted, how they are developed, and where they lie."""
