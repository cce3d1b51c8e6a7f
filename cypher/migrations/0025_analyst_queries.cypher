// What analysts asked and what came of it: entries that never change and never go, found by who asked, in order
CREATE CONSTRAINT analyst_query_id IF NOT EXISTS FOR (q:AnalystQuery) REQUIRE q.id IS UNIQUE;
CREATE CONSTRAINT analyst_query_end_id IF NOT EXISTS FOR (q:AnalystQueryEnd) REQUIRE q.id IS UNIQUE;
CREATE INDEX analyst_query_actor IF NOT EXISTS FOR (q:AnalystQuery) ON (q.actorId, q.id);
