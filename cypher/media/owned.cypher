// Which of these pictures belong to a person, and how far they are
// params: {"ids": ["01890a5d-ac96-774b-bcce-b302099a8057"], "owner": "01890a5d-0000-7000-8000-000000000001"}
// returns: rows, a list of [id, state]
UNWIND $ids AS id
MATCH (m:Media {id: id}) WHERE m.ownerId = $owner
RETURN collect([m.id, m.state]) AS rows
