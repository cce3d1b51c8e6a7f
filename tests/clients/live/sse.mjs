// Prints new posts by the documented code. Usage: sse.mjs TOKEN
import { printPosts } from "./sse.js";

await printPosts(async () => process.argv[2]);
