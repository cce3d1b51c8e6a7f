// Where somebody is in one of their feeds
// params: {"owner": "01890a5d-ac96-774b-bcce-b302099a8057", "feed": "HOME"}
// returns: row [when they were there, the place as JSON]; no record where they never said
MATCH (r:ReadingPosition {ownerId: $owner, feed: $feed})
RETURN [r.at, r.place] AS row
