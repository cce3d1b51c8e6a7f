// What the analysts' graph is found by; each statement ends with a semicolon
CREATE CONSTRAINT person_id IF NOT EXISTS FOR (p:Person) REQUIRE p.id IS UNIQUE;
CREATE CONSTRAINT post_id IF NOT EXISTS FOR (p:Post) REQUIRE p.id IS UNIQUE;
CREATE CONSTRAINT hashtag_name IF NOT EXISTS FOR (h:Hashtag) REQUIRE h.name IS UNIQUE;
CREATE INDEX post_at IF NOT EXISTS FOR (p:Post) ON (p.at);
CREATE INDEX person_joined IF NOT EXISTS FOR (p:Person) ON (p.joined);
CALL db.awaitIndexes(600);
