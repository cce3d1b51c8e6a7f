// What decides how posts are delivered: one node. Authors whose posts were not all pushed, found without looking at anybody else.
CREATE CONSTRAINT delivery_control_name IF NOT EXISTS FOR (c:DeliveryControl) REQUIRE c.name IS UNIQUE;
CREATE INDEX user_last_pull_post IF NOT EXISTS FOR (u:User) ON (u.lastPullPostAt);
