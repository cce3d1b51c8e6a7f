// The sketches of who has viewed posts, those of posts that have one
// params: {"ids": ["01890a5d-ac96-774b-bcce-b302099a8057"]}
// returns: rows [id, sketch], in any order
UNWIND $ids AS id
MATCH (p:Post {id: id})
WHERE p.viewSketch IS NOT NULL
RETURN collect([p.id, p.viewSketch]) AS rows
