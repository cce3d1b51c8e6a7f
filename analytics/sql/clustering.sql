-- The neighbours of each person who has two or more, in either direction, and in how many triangles they are.
WITH pairs AS (
    SELECT DISTINCT least(follower, followed) AS one, greatest(follower, followed) AS other
    FROM follows
    WHERE follower <> followed
),
degrees AS (
    SELECT person, count(*) AS neighbours
    FROM (SELECT one AS person FROM pairs UNION ALL SELECT other FROM pairs)
    GROUP BY ALL
),
-- Numbers in the order of degrees: an edge leads from the lower one, so that nobody has many edges to pair with each other.
numbered AS MATERIALIZED (
    SELECT person, neighbours, row_number() OVER (ORDER BY neighbours, person)::INTEGER AS node
    FROM degrees
),
edges AS MATERIALIZED (
    SELECT least(a.node, b.node) AS low, greatest(a.node, b.node) AS high
    FROM pairs
    JOIN numbered AS a ON a.person = one
    JOIN numbered AS b ON b.person = other
),
triangles AS MATERIALIZED (
    SELECT first.low AS low, first.high AS middle, second.high AS high
    FROM edges AS first
    JOIN edges AS second ON second.low = first.low AND second.high > first.high
    JOIN edges AS third ON third.low = first.high AND third.high = second.high
),
counted AS (
    SELECT node, sum(triangles) AS triangles
    FROM (
        SELECT low AS node, count(*) AS triangles FROM triangles GROUP BY ALL
        UNION ALL
        SELECT middle, count(*) FROM triangles GROUP BY ALL
        UNION ALL
        SELECT high, count(*) FROM triangles GROUP BY ALL
    )
    GROUP BY ALL
)
SELECT neighbours::BIGINT AS neighbours, coalesce(triangles, 0)::BIGINT AS triangles
FROM numbered
LEFT JOIN counted USING (node)
WHERE neighbours > 1;
