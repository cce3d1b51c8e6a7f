// Those of some authors who have fewer followers than that
// params: {"authors": [1, 2], "followers": 8000}
// returns: keys, in any order
// slow: counts of many authors, for workers, who can wait
UNWIND $authors AS key
MATCH (author:User {key: key})
WHERE COUNT { (author)<-[:FOLLOWS]-() } < $followers
RETURN collect(key) AS keys
