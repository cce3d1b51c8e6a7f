// Pages of the quotes of a post: sought and ordered by the index alone, as pages of replies are.
CREATE INDEX post_quotes IF NOT EXISTS FOR (p:Post) ON (p.quoteOfId, p.id);
