// Where people are in their feeds: one place for each feed of a person.
CREATE CONSTRAINT reading_position IF NOT EXISTS FOR (r:ReadingPosition) REQUIRE (r.ownerId, r.feed) IS UNIQUE;
