// The pages over the graph by graphql-yoga with resolvers by hand, each page one statement: `node yoga_graph.mjs STATEMENTS [redis]`.
// With `redis`, the ids of the home page come from lists in Redis, and all that it shows from the graph.
import { GraphQLScalarType } from 'graphql'
import { getArgumentValues } from 'graphql/execution/values.js'
import { createSchema } from 'graphql-yoga'
import { declared, int, newId, read, serve, viewerOf, write } from './graph.mjs'

const RANKED = 50 // candidates ranked for each suggestion
const { homeOf } = process.argv[3] === 'redis' ? await import('./redis_home.mjs') : { homeOf: home }

function home(viewer, first) {
  return read('home', { viewer, first: int(first) })
}

/** Return how many of a list within an object are asked for, or null where the list is not asked for. */
function asked(info, type, list) {
  const node = info.fieldNodes[0].selectionSet.selections.find((each) => each.name?.value === list)
  if (node === undefined) return null
  return int(getArgumentValues(info.schema.getType(type).getFields()[list], node, info.variableValues).first)
}

/** Return somebody with the list of theirs that is asked for: one statement gives both. */
function user(username, viewer, info) {
  const followers = asked(info, 'User', 'followers')
  if (followers !== null) return read('followers', { username, first: followers })
  return read('profile', { viewer, username, first: asked(info, 'User', 'posts') ?? int(0) })
}

/** Return the best of those who were ranked; only those ask for whom these settle who is shown. */
async function peopleYouMayKnow(viewer, first) {
  const best = await read('people_you_may_know', { viewer, first: int(first), enough: int(RANKED * first) })
  return best.people
}

const globalId = (kind) => ({ id }) => Buffer.from(`${kind}:${id}`).toString('base64')
const ownId = (id) => Buffer.from(id, 'base64').toString().split(':')[1]
const at = () => int(Date.now())

const resolvers = {
  DateTime: new GraphQLScalarType({ name: 'DateTime', serialize: (milliseconds) => new Date(milliseconds).toISOString() }),
  Query: {
    homeTimeline: (_root, { first }, { viewer }) => homeOf(viewer, first),
    user: (_root, { username }, { viewer }, info) => user(username, viewer, info),
    post: (_root, { id }, { viewer }, info) =>
      read('thread', { viewer, id: ownId(id), first: asked(info, 'Post', 'replies') ?? int(0) }),
    peopleYouMayKnow: (_root, { first }, { viewer }) => peopleYouMayKnow(viewer, first),
  },
  Mutation: {
    createPost: (_root, { input }, { viewer }) => write('create_post', { viewer, input, ...newId() }),
    likePost: (_root, { input }, { viewer }) => write('like_post', { viewer, at: at(), input: { postId: ownId(input.postId) } }),
    unlikePost: (_root, { input }, { viewer }) => write('unlike_post', { viewer, input: { postId: ownId(input.postId) } }),
    follow: (_root, { input }, { viewer }) => write('follow', { viewer, at: at(), input: { userId: ownId(input.userId) } }),
    unfollow: (_root, { input }, { viewer }) => write('unfollow', { viewer, input: { userId: ownId(input.userId) } }),
  },
  Post: { id: globalId('Post') },
  User: { id: globalId('User') },
}

serve(createSchema({ typeDefs: declared('graph.graphql'), resolvers }), ({ request }) => ({ viewer: viewerOf(request) }))
