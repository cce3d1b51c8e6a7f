// What both servers of Node over the graph share: the driver, the statements of `bench/cypher/peers`, and who asks.
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createYoga } from 'graphql-yoga'
import neo4j from 'neo4j-driver'

const { ROOKERY_NEO4J_URI: uri, ROOKERY_NEO4J_USER: user, ROOKERY_NEO4J_PASSWORD: password, ROOKERY_PORT } = process.env
const folder = process.argv[2]
const texts = new Map()

export const driver = neo4j.driver(uri, neo4j.auth.basic(user, password), { disableLosslessIntegers: true })
export const int = neo4j.int

/** Return the text of a statement, without the comments at its head. */
export function statement(name) {
  let text = texts.get(name)
  if (text === undefined) {
    const lines = readFileSync(`${folder}/${name}.cypher`, 'utf8').split('\n')
    text = lines.filter((line) => !line.startsWith('//')).join('\n').trim()
    texts.set(name, text)
  }
  return text
}

/** Return the types of a server, with those that both declare. */
export function declared(name) {
  return ['shared.graphql', name].map((each) => readFileSync(new URL(each, import.meta.url), 'utf8')).join('\n')
}

/** Run a statement by itself, and return the one value of its one record; null without a record. */
async function run(name, params, defaultAccessMode) {
  for (;;) {
    const session = driver.session({ database: 'neo4j', defaultAccessMode })
    try {
      const { records } = await session.run(statement(name), params)
      return records.length ? records[0].get(0) : null
    } catch (error) {
      if (!error.retryable) throw error // a deadlock: the driver repeats only in transactions that it begins, for a trip more
    } finally {
      await session.close()
    }
  }
}

export const read = (name, params) => run(name, params, neo4j.session.READ)
export const write = (name, params) => run(name, params, neo4j.session.WRITE)

/** Return the key of the viewer, whom a header names, as the graph has it. */
export function viewerOf(request) {
  const key = request.headers.get('x-viewer')
  return key === null ? null : int(key)
}

/** Return a new UUIDv7, and the time in it. */
export function newId() {
  const now = Date.now()
  const bytes = randomBytes(16)
  bytes.writeUIntBE(now, 0, 6)
  bytes[6] = (bytes[6] & 0x0f) | 0x70
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  const id = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
  return { id, at: int(now) }
}

/** Serve a schema by yoga, which keeps what it has parsed and validated. */
export function serve(schema, context) {
  createServer(createYoga({ schema, context, logging: false })).listen(Number(ROOKERY_PORT), '127.0.0.1')
}
