// The page by mercurius on fastify, compiled by graphql-jit at the first request, with its own loaders: `node mercurius.mjs ROWS`.
import Fastify from 'fastify'
import mercurius from 'mercurius'
import { likedById, port, resolvers, typeDefs, usersById } from './rows.mjs'

const of = (look, key) => ({
  loader: (queries) => look(queries.map(({ obj }) => obj[key])),
  // Its cache serialises whole parents to compare them, which costs more than these look-ups.
  opts: { cache: false },
})
const app = Fastify()
app.register(mercurius, {
  schema: typeDefs,
  resolvers,
  loaders: { Post: { author: of(usersById, 'authorId'), viewerHasLiked: of(likedById, 'id') } },
  jit: 1,
})
await app.listen({ port, host: '127.0.0.1' })
