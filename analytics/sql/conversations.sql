-- Every first post from $since until before $until with its author, and how many replies the longest chain below it has, of those
-- that were written until then. Replies to what is not in the copy begin none.
WITH RECURSIVE written AS (
    SELECT post, author, kind, reply_to FROM posts WHERE "at" >= $since::DATE AND "at" < $until::DATE
),
threads AS (
    SELECT post, post AS root, 0 AS depth FROM written WHERE kind <> 'REPLY'
    UNION ALL
    SELECT written.post, threads.root, threads.depth + 1 FROM written JOIN threads ON written.reply_to = threads.post
)
SELECT author AS person, max(depth)::BIGINT AS depth
FROM threads
JOIN written ON written.post = threads.root
GROUP BY threads.root, author;
