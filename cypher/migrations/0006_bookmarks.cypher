// Pages of what one has bookmarked: sought and ordered by the relationship alone, as pages of followers are.
CREATE INDEX bookmarked_owner IF NOT EXISTS FOR ()-[b:BOOKMARKED]-() ON (b.owner, b.at);
