// Home pages whose ids come from a list in Redis, which is made from the graph where it is missing.
import { createClient } from 'redis'
import { int, read } from './graph.mjs'

const LONGEST = 800
const client = await createClient({ url: process.env.ROOKERY_REDIS_URL }).connect()

/** Return a page of the home timeline; one more id than is shown tells whether there is more. */
export async function homeOf(viewer, first) {
  const ids = await idsOf(viewer, first + 1)
  const edges = await read('home_of_ids', { viewer, ids: ids.slice(0, first) })
  return { edges, pageInfo: { hasNextPage: ids.length > first } }
}

async function idsOf(viewer, count) {
  const key = `peer:home:${viewer}`
  const found = await client.lRange(key, 0, count - 1)
  if (found.length) return found
  const ids = await read('home_ids', { viewer, limit: int(LONGEST) })
  if (ids.length) await client.multi().del(key).rPush(key, ids).exec()
  return ids.slice(0, count)
}
