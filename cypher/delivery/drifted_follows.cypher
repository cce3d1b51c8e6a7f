// Since when a viewer follows some people, which an audit asks of those by whom a cached timeline differs from the graph
// params: {"viewer": 1, "authors": [2, 3]}
// returns: rows [key, when the viewer followed them], in any order; none of those whom the viewer does not follow
UNWIND $authors AS author
MATCH (:User {key: $viewer})-[f:FOLLOWS]->(:User {key: author})
RETURN collect([author, f.at]) AS rows
