// Tokens of programs: found by id, and listed by whose they are.
CREATE CONSTRAINT personal_token_id IF NOT EXISTS FOR (t:PersonalToken) REQUIRE t.id IS UNIQUE;
CREATE INDEX personal_token_user IF NOT EXISTS FOR (t:PersonalToken) ON (t.userId);
