// Prints new posts by urql's subscriptions, as documented.
import { logIn, run, staySignedIn } from "./rookery.js";
import { followByUrql } from "./urql-live.js";

const HOME = `query { homeTimeline(first: 20) { edges { node { id } } } }`;
const signIn = () => staySignedIn(() => logIn("mira", "rookery-demo"));
await signIn();
await followByUrql(async ({ __typename, post, repost }) => {
  if (repost) console.log(`@${repost.reposter.username} reposted ${post.id}`);
  else if (__typename === "TimelinePostAdded") console.log(`@${post.author.username}: ${post.text}`);
  if (["TimelineStarted", "TimelineResync"].includes(__typename)) {
    const { homeTimeline } = await run(HOME);
    console.log(`${homeTimeline.edges.length} posts on the page`);
  }
}, signIn);
