// Counts of a post in the order of PostCounts, as the degrees that the store keeps: likes, replies, reposts, quotes, hidden
// replies
// fragment: p
[COUNT { (p)<-[:LIKED]-() }, COUNT { (p)<-[:REPLIES_TO]-() }, COUNT { (p)<-[:REPOSTS]-() }, COUNT { (p)<-[:QUOTES]-() },
 COUNT { (p)<-[:HIDDEN_REPLY]-() }]
