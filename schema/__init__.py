"""What clients see, a file for each domain: types and operations. Fields are declared as data, operations by functions."""
