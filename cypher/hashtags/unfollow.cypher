// Follow a hashtag no longer; a second time changes nothing
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "tag": "birds"}
// returns: row [viewer key, true, whether an edge went]; no record without the viewer
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
// The lock that `follow` takes, so that an edge is removed once.
SET viewer.id = viewer.id
WITH viewer
OPTIONAL MATCH (viewer)-[f:FOLLOWS_HASHTAG]->(:Hashtag {name: $tag})
WITH viewer, collect(f) AS edges
FOREACH (edge IN edges | DELETE edge)
RETURN [viewer.key, true, size(edges) > 0] AS row
