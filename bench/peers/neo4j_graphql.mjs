// The pages over the graph by @neo4j/graphql, whole pages as `@cypher` with the statements of yoga, which serves its schema too:
// `node neo4j_graphql.mjs STATEMENTS`. Its ids are those of the graph, and its times are milliseconds.
import { Neo4jGraphQL } from '@neo4j/graphql'
import { declared, driver, int, newId, serve, statement, viewerOf } from './graph.mjs'

const RANKED = int(500) // candidates ranked; only those ask for whom these settle who is shown
const textOf = (name) =>
  name === 'people_you_may_know' ? statement(name).replace(/RETURN .*$/, 'UNWIND people AS found\nRETURN found') : statement(name)
const typeDefs = declared('neo4j.graphql').replace(/statement: "(\w+)"/g, (_, name) => `statement: """\n${textOf(name)}\n"""`)
const schema = await new Neo4jGraphQL({ typeDefs, driver }).getSchema()
serve(schema, ({ request }) => ({ cypherParams: { viewer: viewerOf(request), enough: RANKED, ...newId() } }))
