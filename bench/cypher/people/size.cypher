// How large the graph is, from the counts that the store keeps
// params: {}
// returns: row [people, follows, posts]
CALL () { MATCH (u:User) RETURN count(u) AS people }
CALL () { MATCH ()-[f:FOLLOWS]->() RETURN count(f) AS follows }
CALL () { MATCH (p:Post) RETURN count(p) AS posts }
RETURN [people, follows, posts] AS row
