// The history of sign-ins: pages of one account, newest first, and what is old of all.
CREATE CONSTRAINT sign_in_id IF NOT EXISTS FOR (s:SignIn) REQUIRE s.id IS UNIQUE;
CREATE INDEX sign_in_user IF NOT EXISTS FOR (s:SignIn) ON (s.userId, s.id);
