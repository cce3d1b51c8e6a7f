// Degrees of a post that the store keeps, and its views: likes, replies, reposts, quotes, hidden_replies, views, viewers
// fragment: p
[COUNT { (p)<-[:LIKED]-() }, COUNT { (p)<-[:REPLIES_TO]-() }, COUNT { (p)<-[:REPOSTS]-() }, COUNT { (p)<-[:QUOTES]-() },
 COUNT { (p)<-[:HIDDEN_REPLY]-() }, coalesce(p.views, 0), coalesce(p.viewers, 0)]
