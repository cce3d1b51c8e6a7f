-- Every first post with its author, and how many replies the longest chain below it has. Replies to what is not in the copy begin none.
WITH RECURSIVE threads AS (
    SELECT post, post AS root, 0 AS depth FROM posts WHERE kind <> 'REPLY'
    UNION ALL
    SELECT posts.post, threads.root, threads.depth + 1 FROM posts JOIN threads ON posts.reply_to = threads.post
)
SELECT author AS person, max(depth)::BIGINT AS depth
FROM threads
JOIN posts ON posts.post = threads.root
GROUP BY threads.root, author;
