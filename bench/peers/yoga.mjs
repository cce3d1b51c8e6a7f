// The page by graphql-yoga, with dataloader and its own caches of parsing and validation: `node yoga.mjs ROWS`.
import { createServer } from 'node:http'
import DataLoader from 'dataloader'
import { createSchema, createYoga } from 'graphql-yoga'
import { likedById, port, resolvers, typeDefs, usersById } from './rows.mjs'

const schema = createSchema({
  typeDefs,
  resolvers: {
    ...resolvers,
    Post: {
      ...resolvers.Post,
      author: (post, _args, { users }) => users.load(post.authorId),
      viewerHasLiked: (post, _args, { liked }) => liked.load(post.id),
    },
  },
})
const context = () => ({ users: new DataLoader(usersById), liked: new DataLoader(likedById) })
createServer(createYoga({ schema, context, logging: false })).listen(port, '127.0.0.1')
