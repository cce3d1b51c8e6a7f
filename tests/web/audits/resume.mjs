// Subscribes with graphql-sse and graphql-ws, and prints each result as it comes; both come back when told to.
import { createClient as createSse } from "graphql-sse";
import { createClient as createSocket } from "graphql-ws";
import WebSocket from "ws";

const url = process.argv[2];
const query = "subscription { forever { number } }";
const retryAttempts = 100;
const soon = () => new Promise((resolve) => setTimeout(resolve, 50));
// Without `shouldRetry` graphql-ws gives up when nobody listens at all, as between two servers on one address.
const again = { retryAttempts, retryWait: soon, shouldRetry: () => true };
const clients = {
  sse: createSse({ url, retryAttempts, retry: soon }),
  socket: createSocket({ url: url.replace("http", "ws"), webSocketImpl: WebSocket, ...again }),
};

for (const [name, client] of Object.entries(clients)) {
  (async () => {
    for await (const { data } of client.iterate({ query })) console.log(name, data.forever.number);
  })();
}
