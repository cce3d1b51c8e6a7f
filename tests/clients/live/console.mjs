// A console of a page of the server, in a real browser with a virtual authenticator.
// Usage: console.mjs URL BROWSER PROFILE_FOLDER. Takes lines of JSON, each with `run`, a script for the page, or with `verified`,
// whether the authenticator knows its owner, or with `credentials`. Answers each by a line of JSON: `value`, or `error`.
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const [url, executablePath, profile] = process.argv.slice(2);
const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
args.push("--disable-background-networking", "--disable-component-update", "--disable-sync");
const browser = await chromium.launchPersistentContext(profile, { executablePath, headless: true, args });
try {
  const page = browser.pages()[0] ?? (await browser.newPage());
  const devtools = await browser.newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await page.goto(url);
  await page.waitForSelector(".graphiql-execute-button");
  // Scripts of the explorer's page come from its server alone; the console of a browser may run others.
  const run = async (expression) => {
    const { result, exceptionDetails } = await devtools.send("Runtime.evaluate", {
      expression,
      replMode: true,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
    return result.value;
  };
  const answer = async (asked) => {
    if ("verified" in asked) {
      return devtools.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: asked.verified });
    }
    if ("credentials" in asked) return (await devtools.send("WebAuthn.getCredentials", { authenticatorId })).credentials;
    return run(asked.run);
  };
  for await (const line of createInterface({ input: process.stdin })) {
    const told = await answer(JSON.parse(line)).then((value) => ({ value }), (problem) => ({ error: problem.message }));
    console.log(JSON.stringify(told));
  }
} finally {
  await browser.close();
}
