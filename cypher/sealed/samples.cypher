// Sealed addresses of the oldest account and of the newest, from which one sees whether the keys in use are those of this graph
// params: {}
// returns: samples, none where there is no account
CALL () {
  MATCH (first:Account)
  WHERE first.userId >= ''
  RETURN first.emailSealed AS sealed
  ORDER BY first.userId
  LIMIT 1
  UNION
  MATCH (last:Account)
  WHERE last.userId >= ''
  RETURN last.emailSealed AS sealed
  ORDER BY last.userId DESC
  LIMIT 1
}
RETURN collect(sealed) AS samples
