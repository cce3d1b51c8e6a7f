// Runs all audits of GraphQL over HTTP against a server and prints one line of JSON: id, name and status of each.
import { auditServer } from "graphql-http";

const results = await auditServer({ url: process.argv[2] });
console.log(JSON.stringify(results.map(({ id, name, status, reason }) => ({ id, name, status, reason }))));
