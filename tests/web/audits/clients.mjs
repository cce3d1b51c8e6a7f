// Subscribes with the clients that web applications use, and prints what each was given.
import { createClient as createSse } from "graphql-sse";
import { createClient as createSocket } from "graphql-ws";
import WebSocket from "ws";

const url = process.argv[2];
const query = "subscription { count(to: 3) { number } }";

async function results(client) {
  const given = [];
  for await (const { data } of client.iterate({ query })) given.push(data.count.number);
  client.dispose();
  return given;
}

const socket = createSocket({ url: url.replace("http", "ws"), webSocketImpl: WebSocket });
console.log(JSON.stringify({ socket: await results(socket), sse: await results(createSse({ url })) }));
