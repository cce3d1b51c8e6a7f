-- Who used which hashtag in each bucket of time, from $since until before $until.
SELECT
    date_trunc($bucket, hashtags."at")::DATE AS start,
    hashtag,
    count(DISTINCT author) AS people,
    count(DISTINCT post) AS posts
FROM hashtags
JOIN posts USING (post)
WHERE hashtags."at" >= $since::DATE AND hashtags."at" < $until::DATE
GROUP BY ALL
ORDER BY start, hashtag;
