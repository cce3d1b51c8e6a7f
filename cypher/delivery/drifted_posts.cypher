// What an audit asks of posts by which a cached timeline differs from the graph
// params: {"ids": ["01890a5d-ac96-774b-bcce-b302099a8058"]}
// returns: rows [id, key of the author, whether it was deleted, delivery], in any order
// slow: for audits, which can wait
UNWIND $ids AS id
MATCH (p:Post {id: id})
RETURN collect([p.id, p.authorKey, p.deletedAt IS NOT NULL, p.delivery]) AS rows
