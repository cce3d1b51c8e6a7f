// What an audit asks of posts and reposts by which a cached timeline differs from the graph
// params: {"ids": ["01890a5d-ac96-774b-bcce-b302099a8058"]}
// returns: rows [id, key of the author or null, whether it is gone, delivery or null], in any order; of reposts also those that ended
// slow: for audits, which can wait
UNWIND $ids AS id
OPTIONAL MATCH (p:Post {id: id})
OPTIONAL MATCH (r:Repost {id: id})
WITH id, p, r
WHERE p IS NOT NULL OR substring(id, 14, 1) = '8'
RETURN collect([id, coalesce(p.authorKey, r.authorKey), CASE WHEN p IS NULL THEN r IS NULL ELSE p.deletedAt IS NOT NULL END,
  coalesce(p.delivery, r.delivery)]) AS rows
