// Reposts by id
// params: {"ids": ["01890a5d-ac97-874b-bcce-b302099a8058"]}
// returns: rows of the columns of RepostRow, in any order
UNWIND $ids AS id
MATCH (r:Repost {id: id})
RETURN collect(@repost_columns(r)) AS rows
