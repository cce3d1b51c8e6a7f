// Counts of a person in the order of UserCounts, as the degrees that the store keeps
// fragment: u
[
  COUNT { (u)<-[:FOLLOWS]-() },
  COUNT { (u)-[:FOLLOWS]->() },
  COUNT { (u)-[:POSTED]->() },
  COUNT { (u)-[:POSTED_RESTRICTED]->() }
]
