// What must stand in the lists of all followers before its author is no pulled author any more
// params: {"author": 1, "young": "01890a5d-ac96-774b-bcce-b302099a8058", "scanned": 8000, "limit": 800}
// returns: posts [id, delivery], newest first; no record for a key of nobody
// slow: thousands of followers, and posts
MATCH (author:User {key: $author})
RETURN @posts_to_settle(author) AS posts
