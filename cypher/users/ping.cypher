// One round trip, to learn whether the graph answers
// params: {}
// returns: answer, 1
RETURN 1 AS answer
