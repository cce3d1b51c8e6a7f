// Posts by id, deleted ones included
// params: {"ids": ["01890a5d-ac96-774b-bcce-b302099a8057"]}
// returns: rows [columns of PostRow], in any order
UNWIND $ids AS id
MATCH (p:Post {id: id})
RETURN collect(@post_columns(p)) AS rows
