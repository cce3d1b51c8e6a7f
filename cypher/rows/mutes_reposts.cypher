// Whether a viewer mutes what somebody reposts, be it all of them or only that
// fragment: viewer, sender
EXISTS { MATCH (viewer)-[mutes:MUTES]->(sender) WHERE mutes.until IS NULL OR mutes.until > $now }
