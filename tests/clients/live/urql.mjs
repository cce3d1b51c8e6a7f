// Prints new posts by urql's subscriptions, as documented.
import { logIn } from "./rookery.js";
import { followByUrql } from "./urql-live.js";

const signIn = () => logIn("mira", "rookery-demo");
await signIn();
await followByUrql(({ post }) => post && console.log(`@${post.author.username}: ${post.text}`), signIn);
