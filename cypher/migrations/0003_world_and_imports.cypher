// The demo world and imports, each known by one node.
CREATE CONSTRAINT world_name IF NOT EXISTS FOR (w:World) REQUIRE w.name IS UNIQUE;
CREATE CONSTRAINT import_mark IF NOT EXISTS FOR (i:Import) REQUIRE i.mark IS UNIQUE;
