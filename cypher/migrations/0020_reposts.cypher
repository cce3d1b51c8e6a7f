// Reposts: found by id, once for each person and post, and those of a post and of a person newest first.
CREATE CONSTRAINT repost_id IF NOT EXISTS FOR (r:Repost) REQUIRE r.id IS UNIQUE;
CREATE CONSTRAINT repost_pair IF NOT EXISTS FOR (r:Repost) REQUIRE (r.authorId, r.postId) IS UNIQUE;
CREATE INDEX repost_post IF NOT EXISTS FOR (r:Repost) ON (r.postId, r.id);
CREATE INDEX repost_author IF NOT EXISTS FOR (r:Repost) ON (r.authorId, r.id);
// Somebody's posts without their reposts: these have no `home`, so they are not in this index.
CREATE INDEX home_post_own IF NOT EXISTS FOR (p:HomePost) ON (p.authorId, p.home, p.id);
