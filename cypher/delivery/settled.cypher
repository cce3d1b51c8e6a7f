// Let an author be no pulled author any more, where all that must stand in lists does
// params: {"author": 1, "settled": ["01890a5d-ac96-774b-bcce-b302099a8058"], "young": "01890a5d-ac96-774b-bcce-b302099a8058", "scanned": 8000, "limit": 800}
// returns: key of the author; no record where something else must stand in lists first
MATCH (author:User {key: $author})
// This write changes nothing but takes the lock that a post which is not pushed to all takes as well: it comes before or after.
SET author.key = author.key
WITH author
WHERE all(post IN @posts_to_settle(author) WHERE post[0] IN $settled)
REMOVE author.lastPullPostAt
RETURN author.key AS key
