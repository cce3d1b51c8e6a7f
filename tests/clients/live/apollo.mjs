// Prints new posts by Apollo Client, as documented. Usage: apollo.mjs TOKEN
import { gql } from "@apollo/client";
import { followByApollo } from "./apollo-live.js";

const HOME = gql`query { homeTimeline(first: 20) { edges { node { id } } } }`;
await followByApollo(async () => process.argv[2], async ({ __typename, post, repost }, client) => {
  if (repost) console.log(`@${repost.reposter.username} reposted ${post.id}`);
  else if (__typename === "TimelinePostAdded") console.log(`@${post.author.username}: ${post.text}`);
  if (["TimelineStarted", "TimelineResync"].includes(__typename)) {
    const { data } = await client.query({ query: HOME, fetchPolicy: "network-only" });
    console.log(`${data.homeTimeline.edges.length} posts on the page`);
  }
});
