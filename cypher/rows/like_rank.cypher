// How many people like a post, in steps of a twelfth, and negative, so that an index that ascends begins with the most; null for nobody. Up to
// eleven likes each number has a step of its own
// fragment: p
CASE COUNT { (p)<-[:LIKED]-() }
  WHEN 0 THEN null
  ELSE -1 - toInteger(floor(8 * log(COUNT { (p)<-[:LIKED]-() }) / log(2) + 0.001))
END
