// Write reposts, one of each person and post
// params: {"rows": [["018bcfe5-6801-8000-8000-000000000002", 1, "018bcfe5-6800-7000-8000-000000000002", 1700000000001]]}
// returns: written, how many were given
// scans: each product is of one node and one node, both by their keys
UNWIND $rows AS row
MATCH (u:User {key: row[1]})
MATCH (p:Post {id: row[2]})
MERGE (r:Repost {authorId: u.id, postId: p.id})
  ON CREATE SET r:HomePost, r.id = row[0], r.authorKey = u.key, r.createdAt = row[3], r.delivery = 'PUSH',
    r.deliveryReason = 'FEW_FOLLOWERS'
MERGE (r)-[:REPOSTS]->(p)
RETURN count(*) AS written
