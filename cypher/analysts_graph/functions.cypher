// The functions that the server knows
SHOW FUNCTIONS YIELD name
RETURN collect(name) AS names
