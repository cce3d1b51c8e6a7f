// Usernames that somebody had before: found by name, where its uniqueness is also the lock of whoever takes or gives up a name, and
// by whose they were.
CREATE CONSTRAINT former_username IF NOT EXISTS FOR (f:FormerUsername) REQUIRE f.usernameKey IS UNIQUE;
CREATE INDEX former_username_user IF NOT EXISTS FOR (f:FormerUsername) ON (f.userId);
// What the usernames of verified people look like, so that nobody takes one that looks the same.
CREATE INDEX user_verified_skeleton IF NOT EXISTS FOR (u:User) ON (u.verifiedSkeleton);
MATCH (u:User)
WHERE u.verifiedAt IS NOT NULL
SET u.verifiedSkeleton =
  replace(replace(toLower(replace(replace(replace(u.username, 'I', 'l'), '1', 'l'), '0', 'O')), 'm', 'rn'), 'w', 'vv');
