// A post that everybody who sees it may quote
// fragment: post
coalesce(post.quotes, 'EVERYONE') = 'EVERYONE'
