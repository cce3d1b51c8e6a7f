"""The export: the analysts' copy as files, written from the product's graph where it changed."""
