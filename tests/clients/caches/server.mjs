// A server in this process: graphql-js on the committed schema, with a home timeline of two posts, of which the second is in Hindi.
import { readFileSync } from "node:fs";
import { buildSchema, graphql } from "graphql";

const schema = buildSchema(readFileSync("schema.graphql", "utf-8"));
const author = { __typename: "User", id: "mira", username: "mira", postCount: 2 };
const repost = { reposter: author, repostedAt: "2026-11-23T01:05:00.250Z", otherCount: 1 };
const edgeOf = (id) => ({
  cursor: `home ${id}`,
  repost,
  hashtags: ["jazz"],
  node: { __typename: "Post", id, text: `post ${id}`, author, hashtags: [{ name: "jazz", start: 0, end: 5 }], quote: { state: "HIDDEN" } },
});
const pageInfo = { hasNextPage: false, hasPreviousPage: false, startCursor: "home 2", endCursor: "home 1" };

/** Where `createPost` finds what it answers: an edge, null for a reply to somebody else, or an error. */
export const answers = {
  edge: () => ({ postEdge: edgeOf("3"), post: { ...edgeOf("3").node, author: { ...author, postCount: 3 } } }),
  reply: () => ({ postEdge: null, post: { ...edgeOf("4").node, author: { ...author, postCount: 4 } } }),
  error: () => { throw new Error("refused"); },
};

const rootValue = {
  homeTimeline: ({ langs }) => ({ edges: langs ? [edgeOf("1")] : [edgeOf("2"), edgeOf("1")], pageInfo }),
  createPost: ({ input }) => answers[input.text](),
};

export async function fetch(_address, { body }) {
  const { query, variables } = JSON.parse(body);
  const answer = await graphql({ schema, source: query, rootValue, variableValues: variables });
  return new Response(JSON.stringify(answer), { headers: { "content-type": "application/json" } });
}

const EDGE = `
  cursor
  repost { reposter { id } repostedAt otherCount }
  hashtags
  node { id text author { id postCount } hashtags { name start end } quote { state post { id } } }
`;
export const HOME = `query Home($after: String, $langs: [String!]) {
  homeTimeline(first: 20, after: $after, langs: $langs) {
    edges { ${EDGE} }
    pageInfo { hasNextPage endCursor }
  }
}`;
export const CREATE = `mutation Create($input: CreatePostInput!) {
  createPost(input: $input) {
    postEdge { ${EDGE} }
    post { id author { id postCount } }
  }
}`;

/** What a page shows: the ids of its posts, and the count of their author. */
export const shown = ({ homeTimeline }) =>
  `${homeTimeline.edges.map(({ node }) => node.id)} of ${homeTimeline.edges[0].node.author.postCount}`;
