-- Who did something in each bucket of time, from $since until before $until: each person once.
WITH acts AS (
    SELECT author AS person, "at", 'wrote' AS act FROM posts
    UNION ALL
    SELECT person, "at", 'reposted' FROM reposts
    UNION ALL
    SELECT person, "at", 'liked' FROM likes
    UNION ALL
    SELECT follower, "at", 'followed' FROM follows
)
SELECT
    date_trunc($bucket, "at")::DATE AS start,
    count(DISTINCT person) AS people,
    count(DISTINCT person) FILTER (act = 'wrote') AS writers,
    count(DISTINCT person) FILTER (act = 'reposted') AS reposters,
    count(DISTINCT person) FILTER (act = 'liked') AS likers,
    count(DISTINCT person) FILTER (act = 'followed') AS followers
FROM acts
WHERE "at" >= $since::DATE AND "at" < $until::DATE
GROUP BY ALL
ORDER BY start;
