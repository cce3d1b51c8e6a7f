"""What clients see: a file for each domain, with its types and operations. Fields are declared as data, operations as functions."""
