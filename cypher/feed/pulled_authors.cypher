// The keys of all who have written a post that was not pushed to all, and are not settled since
// params: {}
// returns: keys
// slow: as many keys as there are pulled authors
MATCH (author:User)
WHERE author.lastPullPostAt >= 0
RETURN collect(author.key) AS keys
