// Pages of requests both ways, and of whom one blocks, mutes and has made a close friend: sought and ordered by the relationship
// alone, as pages of followers are.
CREATE INDEX requested_followed IF NOT EXISTS FOR ()-[r:REQUESTED]-() ON (r.followed, r.at);
CREATE INDEX requested_follower IF NOT EXISTS FOR ()-[r:REQUESTED]-() ON (r.follower, r.at);
CREATE INDEX blocks_blocker IF NOT EXISTS FOR ()-[b:BLOCKS]-() ON (b.blocker, b.at);
CREATE INDEX mutes_muter IF NOT EXISTS FOR ()-[m:MUTES]-() ON (m.muter, m.at);
CREATE INDEX close_friend_owner IF NOT EXISTS FOR ()-[c:CLOSE_FRIEND]-() ON (c.owner, c.at);
// Muted words, hashtags and threads, each found by id.
CREATE CONSTRAINT muted_topic_id IF NOT EXISTS FOR (t:MutedTopic) REQUIRE t.id IS UNIQUE;
