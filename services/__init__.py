"""Rules and writes. Domains: accounts, relationships, posts, mutes, media. Engines: events, delivery, live, policy."""
