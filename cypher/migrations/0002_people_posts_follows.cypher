// People: found by id, key and username; keys are counted by one node.
CREATE CONSTRAINT user_id IF NOT EXISTS FOR (u:User) REQUIRE u.id IS UNIQUE;
CREATE CONSTRAINT user_key IF NOT EXISTS FOR (u:User) REQUIRE u.key IS UNIQUE;
CREATE CONSTRAINT user_username IF NOT EXISTS FOR (u:User) REQUIRE u.usernameKey IS UNIQUE;
CREATE CONSTRAINT sequence_name IF NOT EXISTS FOR (s:Sequence) REQUIRE s.name IS UNIQUE;
CREATE CONSTRAINT account_user IF NOT EXISTS FOR (a:Account) REQUIRE a.userId IS UNIQUE;
CREATE CONSTRAINT account_email IF NOT EXISTS FOR (a:Account) REQUIRE a.emailHash IS UNIQUE;
// Posts: by id, by author newest first; those of home timelines by author.
CREATE CONSTRAINT post_id IF NOT EXISTS FOR (p:Post) REQUIRE p.id IS UNIQUE;
CREATE INDEX post_author IF NOT EXISTS FOR (p:Post) ON (p.authorId, p.id);
CREATE INDEX home_post_author IF NOT EXISTS FOR (p:HomePost) ON (p.authorId, p.id);
CREATE INDEX post_reply IF NOT EXISTS FOR (p:Post) ON (p.replyToId, p.id);
CREATE CONSTRAINT hashtag_name IF NOT EXISTS FOR (h:Hashtag) REQUIRE h.name IS UNIQUE;
CREATE CONSTRAINT media_id IF NOT EXISTS FOR (m:Media) REQUIRE m.id IS UNIQUE;
CREATE INDEX media_owner IF NOT EXISTS FOR (m:Media) ON (m.ownerId, m.state);
CREATE INDEX media_state IF NOT EXISTS FOR (m:Media) ON (m.state, m.createdAt);
CREATE CONSTRAINT outbox_id IF NOT EXISTS FOR (o:Outbox) REQUIRE o.id IS UNIQUE;
// Pages of followers and following: sought and ordered by the relationship alone.
CREATE INDEX follows_followed IF NOT EXISTS FOR ()-[f:FOLLOWS]-() ON (f.followed, f.at);
CREATE INDEX follows_follower IF NOT EXISTS FOR ()-[f:FOLLOWS]-() ON (f.follower, f.at);
