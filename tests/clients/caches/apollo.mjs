import { ApolloClient, gql, HttpLink } from "@apollo/client";
import { cache, showNewPost } from "./apollo.js";
import { answers, CREATE, fetch, HOME, shown } from "./server.mjs";

const client = new ApolloClient({ cache, link: new HttpLink({ uri: "http://nowhere/graphql", fetch }) });
const page = (langs) => client.query({ query: gql(HOME), variables: { after: null, langs } });
console.log(shown((await page()).data));
for (const text of [...Object.keys(answers), "edge"]) {
  await client.mutate({ mutation: gql(CREATE), variables: { input: { text } }, update: showNewPost, errorPolicy: "all" });
  console.log(`${text}: ${shown((await page()).data)}`);
}
console.log(`in Hindi: ${shown((await page(["hi"])).data)}`);
console.log(`all: ${shown((await page()).data)}`);
