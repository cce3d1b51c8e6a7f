// The pages over the graph by @neo4j/graphql, whole pages as `@cypher` with the statements of yoga, which serves its schema too:
// `node neo4j_graphql.mjs STATEMENTS`. Its ids are those of the graph, and its times are milliseconds.
import { readFileSync } from 'node:fs'
import { Neo4jGraphQL } from '@neo4j/graphql'
import { driver, int, newId, serve, statement, viewerOf } from './graph.mjs'

const RANKED = int(500) // candidates ranked; one statement cannot rank once more where these do not settle who is shown
const textOf = (name) =>
  name === 'people_you_may_know' ? statement(name).replace(/RETURN .*$/, 'UNWIND people AS found\nRETURN found') : statement(name)
const declared = readFileSync(new URL('neo4j.graphql', import.meta.url), 'utf8')
const typeDefs = declared.replace(/statement: "(\w+)"/g, (_, name) => `statement: """\n${textOf(name)}\n"""`)
const schema = await new Neo4jGraphQL({ typeDefs, driver }).getSchema()
serve(schema, ({ request }) => ({ cypherParams: { viewer: viewerOf(request), enough: RANKED, ...newId() } }))
