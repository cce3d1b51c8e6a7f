// What posts said until a moment at which they were edited: what stood when they were written, where that is 0
// params: {"wanted": [["01890a5d-ac96-774b-bcce-b302099a8058", 1700000000000]]}
// returns: rows [id, moment, columns of PostVersion], in any order; without those that say the same since
UNWIND $wanted AS pair
MATCH (p:Post {id: pair[0]})
CALL (p, pair) {
  MATCH (p)-[:HAD_VERSION]->(v:PostVersion)
  WHERE v.replacedAt >= pair[1]
  RETURN v
  ORDER BY v.writtenAt
  LIMIT 1
}
RETURN collect([p.id, pair[1], @version_columns(v)]) AS rows
