"""Whatever is shown in an order: one pipeline (skeleton, hydrate, rules, present), one kind of cursor, one short file a feed.

Reading order: `pipeline` (what a feed is and how its page is made), `cursors`, `paginate`, `connection`, `reader` (who reads, and
what a page is read with), then any feed. Nothing here knows of requests or GraphQL, so the worker makes pages, too.
"""
