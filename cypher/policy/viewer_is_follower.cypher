// The viewer is a follower as the post means it: now, and where it says so since it was written
// fragment: viewer, post, user
EXISTS {
  (viewer)-[viewerFollows:FOLLOWS]->(user)
  WHERE post.followersAsOf IS NULL OR viewerFollows.at <= post.followersAsOf
}
