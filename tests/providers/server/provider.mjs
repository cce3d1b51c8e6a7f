// A certified OpenID provider on loopback. It logs in whom the browser names in the cookie `who`, a JSON of claims, without a page.
// Usage: provider.mjs, which prints its port; ISSUER_PORT is the port of its proxy.
import http from "node:http";
import Provider from "oidc-provider";

const server = http.createServer();
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const { port } = server.address();
const issuer = `http://127.0.0.1:${process.env.ISSUER_PORT}`;
const people = new Map();

const client = (id) => ({
  client_id: id,
  client_secret: `secret of ${id}, which is long: %&+/`,
  application_type: "native", // so that any port on loopback will do
  token_endpoint_auth_method: "client_secret_basic",
  redirect_uris: ["http://127.0.0.1/auth/example/callback"],
  grant_types: ["authorization_code"],
  response_types: ["code"],
});
const provider = new Provider(issuer, {
  clients: [client("rookery"), client("another")],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "preferred_username"] },
  features: { devInteractions: { enabled: false } },
  cookies: { keys: ["a key of tests"] },
  pkce: { required: () => true },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people.get(id) }) }),
  renderError: (ctx, out) => { ctx.body = out; },
});
const callback = provider.callback();

function whoOf(request) {
  const cookie = (request.headers.cookie ?? "").split("; ").find((each) => each.startsWith("who="));
  return cookie ? JSON.parse(decodeURIComponent(cookie.slice(4))) : { sub: "ana" };
}

async function interact(request, response) {
  const details = await provider.interactionDetails(request, response);
  const { sub, refuses, ...claims } = whoOf(request);
  people.set(sub, claims);
  if (refuses) {
    return provider.interactionFinished(request, response, { error: "access_denied" }, { mergeWithLastSubmission: false });
  }
  const { prompt, params } = details;
  if (prompt.name === "login") return provider.interactionFinished(request, response, { login: { accountId: sub } });
  const grant = new provider.Grant({ accountId: details.session.accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
}

server.on("request", (request, response) => {
  // The proxy in front is on another port: answers name that one.
  if (request.url.startsWith("/interaction/")) interact(request, response).catch((error) => response.writeHead(500).end(String(error)));
  else callback(request, response);
});
console.log(port);
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
