// Counts of a post in the order of PostCounts, degrees that the store keeps, and views: likes, replies, reposts, quotes, hidden
// replies, views, viewers
// fragment: p
[COUNT { (p)<-[:LIKED]-() }, COUNT { (p)<-[:REPLIES_TO]-() }, COUNT { (p)<-[:REPOSTS]-() }, COUNT { (p)<-[:QUOTES]-() },
 COUNT { (p)<-[:HIDDEN_REPLY]-() }, coalesce(p.views, 0), coalesce(p.viewers, 0)]
