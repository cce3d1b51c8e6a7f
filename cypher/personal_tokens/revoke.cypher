// End a token of a program of the viewer
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "id": "01890a5d-ac96-774b-bcce-b302099a8058"}
// returns: revoked, whether there was such a token of theirs; no record without the viewer
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
// The lock that making one takes, so that a token is taken away once.
SET viewer.id = viewer.id
WITH viewer
OPTIONAL MATCH (token:PersonalToken {id: $id, userId: viewer.id})
WITH viewer, collect(token) AS tokens
FOREACH (token IN tokens | DELETE token)
RETURN size(tokens) > 0 AS revoked
