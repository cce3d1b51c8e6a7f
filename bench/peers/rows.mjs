// The rows that every server of the benchmark has in memory, and what all servers of Node do with them alike.
import { readFileSync } from 'node:fs'
import { GraphQLScalarType } from 'graphql'

const found = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const users = new Map(found.users.map((row) => [row.id, camel(row)]))
const posts = found.posts.map((row) => ({ ...camel(row), createdAt: new Date(row.created_at) }))
const liked = new Set(found.liked)

export const port = Number(process.env.ROOKERY_PORT)
export const typeDefs = readFileSync(new URL('schema.graphql', import.meta.url), 'utf8')
export const usersById = async (ids) => ids.map((id) => users.get(id))
export const likedById = async (ids) => ids.map((id) => liked.has(id))

/** Resolvers of everything but what loaders give. */
export const resolvers = {
  DateTime: new GraphQLScalarType({ name: 'DateTime', serialize: (date) => date.toISOString() }),
  Query: { homeTimeline: async (_root, { first }) => page(first) },
  Post: { id: (post) => globalId('Post', post.id) },
  User: { id: (user) => globalId('User', user.id) },
}

function page(first) {
  const nodes = posts.slice(0, first)
  return {
    edges: nodes.map((node) => ({ cursor: node.id, node })),
    pageInfo: { hasNextPage: posts.length > first, endCursor: nodes.at(-1)?.id ?? null },
  }
}

function globalId(kind, id) {
  return Buffer.from(`${kind}:${id}`).toString('base64')
}

function camel(row) {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name.replace(/_(.)/g, (_, letter) => letter.toUpperCase()), value]),
  )
}
