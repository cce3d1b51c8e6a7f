"""Rules that outlive one field: accounts, people, posts, timelines, events, live delivery, media, policy, settings."""
