// Uploads the picture in a file by the documented code, writes a post with it and prints both.
// Usage: upload.mjs FILE
import { readFile } from "node:fs/promises";
import { logIn, run } from "./rookery.js";
import { upload } from "./upload.js";

await logIn("mira", "rookery-demo");
const file = new File([await readFile(process.argv[2])], "picture.png", { type: "image/png" });
const picture = await upload(file, "A red square");
const CREATE = `mutation ($input: CreatePostInput!) {
  createPost(input: $input) { post { text media { id alt ... on Picture { mediumUrl } } } }
}`;
const { createPost } = await run(CREATE, { input: { text: "Red.", mediaIds: [picture.id] } });
const shown = await fetch(picture.mediumUrl);
console.log(JSON.stringify({ picture, post: createPost.post, status: shown.status, type: shown.headers.get("content-type") }));
try {
  await upload(new File(["not a picture"], "x.png", { type: "image/png" }), "");
} catch (error) {
  console.log(error.message);
}
