// A post that followers may quote
// fragment: post
coalesce(post.quotes, 'EVERYONE') = 'FOLLOWERS'
