// Pages of a folder of bookmarks are sought and ordered by the relationship alone, and so is in which folder a post is.
CREATE INDEX holds_folder IF NOT EXISTS FOR ()-[h:HOLDS]-() ON (h.folder, h.at);
CREATE INDEX holds_owner IF NOT EXISTS FOR ()-[h:HOLDS]-() ON (h.owner, h.post);
