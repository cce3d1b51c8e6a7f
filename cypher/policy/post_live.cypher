// A post that has not been deleted
// fragment: post
post.deletedAt IS NULL
