// The type of the edge of a post to what it answers, by who may see it and whether it is hidden: those of one type are counted together
// fragment: post
CASE
  WHEN NOT @audience_public(post) THEN 'RESTRICTED_REPLY'
  WHEN post.replyHiddenAt IS NULL THEN 'REPLIES_TO'
  ELSE 'HIDDEN_REPLY'
END
