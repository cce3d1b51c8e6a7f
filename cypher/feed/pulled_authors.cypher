// The keys of all who have written a post that was not pushed to all
// params: {}
// returns: keys
MATCH (author:User)
WHERE author.lastPullPostAt >= 0
RETURN collect(author.key) AS keys
