// A post for close friends
// fragment: post
post.audience = 'CLOSE_FRIENDS'
