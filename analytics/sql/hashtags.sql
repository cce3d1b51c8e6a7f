-- Who used which hashtag in each bucket of time, from $since until before $until, and the five largest shares of single people.
WITH used AS (
    SELECT date_trunc($bucket, hashtags."at")::DATE AS start, hashtag, author, count(DISTINCT post) AS share
    FROM hashtags
    JOIN posts USING (post)
    WHERE hashtags."at" >= $since::DATE AND hashtags."at" < $until::DATE
    GROUP BY ALL
)
SELECT start, hashtag, count(*) AS people, sum(share)::BIGINT AS posts, max(share, 5) AS posts_largest
FROM used
GROUP BY ALL
ORDER BY start, hashtag;
