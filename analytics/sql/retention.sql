-- Who of those who signed up in a month did something in that month and in each later one. Months from $since until before $until.
WITH cohorts AS (
    SELECT joined AS cohort, count(*) AS joined
    FROM people
    WHERE joined >= $since::DATE AND joined < $until::DATE
    GROUP BY ALL
),
acts AS (
    SELECT author AS person, date_trunc('month', "at")::DATE AS month FROM posts
    UNION
    SELECT person, date_trunc('month', "at")::DATE FROM reposts
    UNION
    SELECT person, date_trunc('month', "at")::DATE FROM likes
    UNION
    SELECT follower, date_trunc('month', "at")::DATE FROM follows
)
SELECT cohort, date_diff('month', cohort, month) AS after, cohorts.joined AS joined, count(*) AS people
FROM acts
JOIN people USING (person)
JOIN cohorts ON people.joined = cohort
WHERE month >= cohort AND month < $until::DATE
GROUP BY ALL
ORDER BY cohort, after;
