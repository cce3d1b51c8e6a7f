import { Client, fetchExchange } from "@urql/core";
import { cache } from "./graphcache.js";
import { answers, CREATE, fetch, HOME, shown } from "./server.mjs";

const client = new Client({ url: "http://nowhere/graphql", preferGetMethod: false, exchanges: [cache, fetchExchange], fetch });
const page = (langs) => client.query(HOME, { after: null, langs }).toPromise();
console.log(shown((await page()).data));
for (const text of [...Object.keys(answers), "edge"]) {
  await client.mutation(CREATE, { input: { text } }).toPromise();
  console.log(`${text}: ${shown((await page()).data)}`);
}
console.log(`in Hindi: ${shown((await page(["hi"])).data)}`);
console.log(`all: ${shown((await page()).data)}`);
