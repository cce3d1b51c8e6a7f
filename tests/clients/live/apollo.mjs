// Prints new posts by Apollo Client, as documented. Usage: apollo.mjs TOKEN
import { followByApollo } from "./apollo-live.js";

await followByApollo(process.argv[2], ({ post }) => post && console.log(`@${post.author.username}: ${post.text}`));
