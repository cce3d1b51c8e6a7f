"""Queries that try to do harm: some known tricks, and many that a small grammar makes of them, the same in every run."""

import random
from collections.abc import Iterator

WRITES = (
    "CREATE (:Person {id: 'x'})", "MERGE (:Person {id: 'x'})", "MATCH (w:Person) SET w.id = 'x'",
    "MATCH (w:Person) SET w += {a: 1}",
    "MATCH (w:Person) DETACH DELETE w", "MATCH ()-[w:FOLLOWS]->() DELETE w", "MATCH (w:Person) REMOVE w.id",
    "MATCH (w:Person) SET w:Admin", "MATCH (w:Person) SET w:$('Ad' + 'min')", "MATCH (w:Person) SET w['id'] = 'x'",
    "FOREACH (each IN [1, 2] | CREATE (:X))", "MATCH (w:Person), (v:Person) MERGE (w)-[:X]->(v)", "INSERT (:X)",
)  # fmt: skip
FILES = (
    "LOAD CSV FROM '{url}' AS row RETURN row", "LOAD CSV WITH HEADERS FROM '{url}' AS row RETURN row.a",
    "LOAD CSV FROM 'file:///etc/passwd' AS row RETURN row", "LOAD CSV FROM $url AS row RETURN row",
    "LOAD CSV FROM 'ht' + 'tp://127.0.0.1:' + toString({port}) AS row RETURN row",
    "PERIODIC COMMIT LOAD CSV FROM '{url}' AS row RETURN row", "load /* x */ csv\nfrom '{url}' as row return row",
    "\\u004c\\u004fAD CSV FROM '{url}' AS row RETURN row", "LOAD CSV FROM '{url}' AS row RETURN file(), linenumber()",
)  # fmt: skip
CALLS = (
    "dbms.components()", "dbms.listConfig()", "dbms.setConfigValue('server.databases.read_only', '')", "dbms.shutdown()",
    "dbms.showCurrentUser()", "dbms.queryJmx('*:*')", "dbms.killQuery('1')", "dbms.security.createUser('x', 'y', false)",
    "dbms.listActiveLocks('1')", "dbms.info()", "db.createLabel('X')", "db.clearQueryCaches()", "db.checkpoint()",
    "db.prepareForReplanning()", "db.awaitIndexes()", "db.info()", "db.ping()", "db.stats.retrieve('GRAPH COUNTS')",
    "db.index.fulltext.queryNodes('x', 'y')", "apoc.load.json('{url}')", "apoc.cypher.runWrite('CREATE (n)', {{}})",
    "apoc.util.sleep(1000)", "genai.vector.encodeBatch(['x'], 'OpenAI', {{}})", "dbms.cluster.protocols()",
    "tx.setMetaData({{}})",
)  # fmt: skip
ADMINISTRATION = (
    "SHOW DATABASES", "SHOW USERS", "SHOW TRANSACTIONS", "SHOW SETTINGS", "SHOW PROCEDURES", "SHOW FUNCTIONS", "SHOW INDEXES",
    "SHOW CONSTRAINTS YIELD name RETURN name", "SHOW CURRENT USER", "TERMINATE TRANSACTIONS 'neo4j-transaction-1'",
    "SHOW TRANSACTIONS YIELD transactionId AS id TERMINATE TRANSACTIONS id YIELD message RETURN message", "CREATE DATABASE x",
    "DROP DATABASE neo4j", "STOP DATABASE neo4j", "CREATE USER x SET PASSWORD 'yyyyyyyy'", "DROP USER neo4j",
    "ALTER USER neo4j SET PASSWORD 'yyyyyyyy'", "ALTER CURRENT USER SET PASSWORD FROM 'a' TO 'yyyyyyyy'", "GRANT ROLE x TO neo4j",
    "CREATE INDEX x FOR (n:Person) ON (n.verified)", "DROP CONSTRAINT person_id", "DROP INDEX post_at",
    "CREATE CONSTRAINT x FOR (n:Person) REQUIRE n.verified IS NOT NULL", "ENABLE SERVER 'x'",
    "ALTER DATABASE neo4j SET ACCESS READ WRITE",
    "USE system SHOW USERS", "USE system MATCH (n) RETURN n", "USE graph.byName('system') MATCH (n) RETURN n",
    "USE graph.byElementId('4:x:1') MATCH (n) RETURN n", ":begin", "BEGIN", "COMMIT", ":use system",
)  # fmt: skip
WITHIN = (
    "{it}", "CALL () {{ {it} }} RETURN 1 AS done", "CALL {{ {it} }} RETURN 1 AS done", "CALL () {{ {it} }} IN TRANSACTIONS",
    "CALL {{ {it} }} IN 3 CONCURRENT TRANSACTIONS OF 1 ROW", "MATCH (p:Person) CALL (p) {{ {it} }} RETURN p",
    "MATCH (p:Person) WHERE EXISTS {{ {it} }} RETURN p", "RETURN COLLECT {{ {it} }} AS all", "RETURN COUNT {{ {it} }} AS all",
    "RETURN [x IN [1] WHERE EXISTS {{ {it} }}] AS all", "RETURN CASE WHEN false THEN COUNT {{ {it} }} ELSE 1 END AS one",
    "WITH 1 AS one {it}", "UNWIND [1, 2] AS two {it}", "OPTIONAL MATCH (z:Nope) {it}", "EXPLAIN {it}", "PROFILE {it}",
    "CYPHER 25 {it}", "CYPHER 5 planner=dp {it}", "cypher runtime=slotted {it}", "RETURN 1; {it}", "{it}; RETURN 1", "; {it}",
    "USE neo4j {it}", "RETURN 1 AS x UNION {it}", "RETURN 1 AS x NEXT {it}", "// harmless\n{it}", "/* RETURN 1 */ {it}",
    "MATCH (p:Person) WITH p LIMIT 0 {it}", "WHEN true THEN {{ {it} }} ELSE {{ RETURN 1 }}",
)  # fmt: skip
INJECTED = ("'; CREATE (n) //", "`) DETACH DELETE (n", "x'}) DELETE n //", "\\u0027 CREATE (n) //", "{url}", "$x", "system")
# What one expression does without an end, such as doubling a text sixty times, ends its server: see test_switching.
HEAVY = (
    "UNWIND range(1, 1000000000) AS a UNWIND range(1, 1000000000) AS b RETURN sum(a * b)",
    "RETURN size(collect {{ UNWIND range(1, 1000000000) AS n RETURN n }})",
    "UNWIND range(1, 100000000) AS n WITH collect(toString(n)) AS all RETURN size(all)",
    "MATCH (a:Person), (b:Person), (c:Person), (d:Person) RETURN count(a.id + b.id + c.id + d.id)",
    "MATCH (a), (b), (c), (d), (e), (f), (g) RETURN count(*)",
    "MATCH p = (a:Person)-[:FOLLOWS*]->(b:Person) RETURN count(p)", "MATCH p = (a)-[*]-(b) RETURN max(length(p))",
    "MATCH p = (a:Person)-[:FOLLOWS]->+(b:Person) RETURN count(p)", "MATCH p = allShortestPaths((a)-[*]-(b)) RETURN count(p)",
    "MATCH p = SHORTEST 100 (a:Person)-[:FOLLOWS]->+(b:Person) RETURN count(p)",
    "UNWIND range(1, 100000000) AS n RETURN n ORDER BY n DESC LIMIT 100000000", "RETURN range(1, 1000000000000)",
    "MATCH (a:Person) RETURN a.id ORDER BY rand() SKIP 99999999999",
    "UNWIND range(1, 10000) AS n MATCH (a:Person)-[:FOLLOWS*3]->(b) RETURN count(*)",
)  # fmt: skip
LARGE = (
    "RETURN range(1, 3000000)", "UNWIND range(1, 20) AS n RETURN range(1, 500000)",
    "RETURN [n IN range(1, 1000) | range(1, 1000)]",
    "RETURN reduce(s = 'x', n IN range(1, 24) | s + s)", "UNWIND range(1, 100) AS n RETURN {a: range(1, 100000)}",
)  # fmt: skip
"""What is one record, or few: the server streams it, however large it is, and counts none of it as memory."""
DEEP = ("RETURN reduce(l = [], n IN range(1, 300) | [l])", "RETURN reduce(l = [], n IN range(1, 2000) | [l])")
PLANNER = (
    "RETURN " + "+".join(["1"] * 1_500), "RETURN " + " OR ".join(f"{each} = {each}" for each in range(400)),
    "MATCH " + ", ".join(f"(a{each})-->(a{each + 1})" for each in range(20)) + " RETURN count(*)",
    "RETURN " + "[" * 49 + "]" * 49, "RETURN " + "-" * 5_000 + "1", "RETURN " + "NOT " * 700 + "true",
    "RETURN " + "CASE WHEN true THEN " * 100 + "1" + " END" * 100, "WITH 1 AS x " * 200 + "RETURN x",
    "MATCH (n) WHERE n.a IN [" + ",".join(map(str, range(1_500))) + "] RETURN n",
    "MATCH (a:" + "|".join(f"L{each}" for each in range(300)) + ") RETURN a",
    "RETURN 1 AS x " + "UNION ALL RETURN 1 AS x " * 120, "RETURN {" + ", ".join(f"k{each}: {each}" for each in range(800)) + "}",
    "MATCH " + "-->".join(["()"] * 25) + " RETURN count(*)", "RETURN " + "date(" * 49 + ")" * 49,
    "CALL () { " * 12 + "RETURN 1 AS x " + "} RETURN x " * 12,
)  # fmt: skip
_SWAPPED = 0.1
"""Share of those that are written in the other case."""
MADE = 170
"""Queries that are drawn, beside those that are always asked."""


def forbidden(port: int) -> Iterator[str]:
    """Give queries that must not be answered."""
    chance, url = random.Random(2_026), f"http://127.0.0.1:{port}/x.csv"
    calls = [f"CALL {call}" for call in CALLS] + [f"CALL {call} YIELD * RETURN 1 AS one" for call in CALLS[:4]]
    all_ = [each.format(url=url, port=port) if each in FILES else each for each in (*WRITES, *FILES, *ADMINISTRATION)]
    all_ += [each.format(url=url) for each in calls]
    yield from all_
    for _ in range(MADE):
        it = chance.choice(all_)
        for _ in range(chance.choice((1, 1, 2))):
            it = chance.choice(WITHIN).format(it=it)
        yield it.swapcase() if chance.random() < _SWAPPED and "'" not in it else it


def injected(port: int) -> Iterator[tuple[str, str]]:
    """Give good queries with a parameter that wants to be more than a value."""
    for value in INJECTED:
        given = value.format(url=f"http://127.0.0.1:{port}/") if value == "{url}" else value
        yield "MATCH (p:Person {id: $x}) RETURN p.id", given
        yield "MATCH (p:$($x)) RETURN count(p)", given
        yield "MATCH (p:Person) WHERE p[$x] IS NOT NULL RETURN count(p)", given


def heavy() -> Iterator[str]:
    """Give queries that only read, and would take all that there is."""
    yield from (each.format() for each in HEAVY)
    yield from (*PLANNER, *LARGE, *DEEP)
