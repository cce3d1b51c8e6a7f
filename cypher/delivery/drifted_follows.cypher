// Since when a viewer follows some people, which an audit asks of those by whom a cached timeline differs from the graph
// params: {"viewer": 1, "authors": [2, 3]}
// returns: rows [key, when the viewer followed them], in any order; none of those whom the viewer does not follow
// slow: for audits, which can wait
MATCH (viewer:User {key: $viewer})
UNWIND $authors AS author
MATCH (followed:User {key: author})
WITH viewer, author, followed
MATCH (viewer)-[f:FOLLOWS]->(followed)
RETURN collect([author, f.at]) AS rows
