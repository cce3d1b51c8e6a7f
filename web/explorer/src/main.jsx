// The explorer: GraphiQL over fetch, and over graphql-transport-ws for subscriptions.
import { GraphiQL } from "graphiql";
import { parse } from "graphql";
import { createClient } from "graphql-ws";
import { createElement } from "react";
import { createRoot } from "react-dom/client";
import "graphiql/style.css";
import "./page.css";

const path = document.documentElement.dataset.graphql;
const url = new URL(path, location.href);
const socketUrl = url.href.replace(/^http/, "ws");

const defaultQuery = `# The API explorer. Run with Ctrl-Enter, complete with Ctrl-Space, read the docs in the left bar.
# To act as somebody, put {"authorization": "Bearer <access token>"} into the Headers tab below;
# subscriptions send it too, as a parameter of the connection.

query Welcome {
  __typename
}
`;

function isSubscription({ query, operationName }) {
  return parse(query).definitions.some(
    (definition) =>
      definition.kind === "OperationDefinition" &&
      definition.operation === "subscription" &&
      (!operationName || definition.name?.value === operationName),
  );
}

async function run(params, headers) {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      accept: "application/graphql-response+json, application/json;q=0.9",
      "content-type": "application/json",
      ...headers,
    },
    body: JSON.stringify(params),
  });
  return response.json();
}

// One socket for each subscription: its headers may differ from the last one's, and closing it ends everything.
async function* subscribe(params, headers) {
  // Names of headers have no case, names of parameters do.
  const connectionParams = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const client = createClient({ url: socketUrl, connectionParams, retryAttempts: 3 });
  try {
    yield* client.iterate(params);
  } finally {
    await client.dispose();
  }
}

function fetcher(params, options = {}) {
  const headers = options.headers ?? {};
  return isSubscription(params) ? subscribe(params, headers) : run(params, headers);
}

createRoot(document.getElementById("explorer")).render(
  createElement(GraphiQL, { fetcher, defaultQuery, defaultEditorToolsVisibility: "headers", shouldPersistHeaders: false }),
);
