// Follows the home timeline by the documented code, with a defect: it cannot show that a repost is gone. Pauses are a tenth as long.
import { followHome } from "./live.js";
import { logIn, staySignedIn } from "./rookery.js";

const usual = globalThis.setTimeout;
globalThis.setTimeout = (done, time, ...given) => usual(done, time < 15_000 ? time / 10 : time, ...given);
const signIn = () => staySignedIn(() => logIn("mira", "rookery-demo"));
await signIn();
await followHome(({ __typename, post, repost }) => {
  if (__typename === "TimelineRepostRemoved") throw new TypeError("a defect");
  if (__typename === "TimelinePostAdded") console.log(repost ? `@${repost.reposter.username} reposted` : `@${post.author.username}: ${post.text}`);
  else console.log(__typename);
}, signIn);
