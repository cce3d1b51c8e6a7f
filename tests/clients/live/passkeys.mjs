// Runs the documented script for passkeys in a page of the server, in a real browser with a virtual authenticator.
// Usage: passkeys.mjs URL BROWSER PROFILE_FOLDER FILE. Prints what was seen, as JSON.
import { readFile } from "node:fs/promises";
import { chromium } from "playwright-core";

const [url, executablePath, profile, file] = process.argv.slice(2);
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
  await run((await readFile(file, "utf8")).replaceAll("export ", ""));
  const seen = await run(`
    const account = { username: "passkey_owner", email: "passkey@example.org", password: "a long enough passphrase" };
    const name = () => ask("{ viewer { username } }").then((data) => data.viewer?.username ?? null);
    const leave = () => ask("mutation ($input: LogOutInput!) { logOut(input: $input) { endedSessionId } }", {}, SESSION);
    await ask("mutation ($input: SignUpInput!) { signUp(input: $input) { session { expiresAt } } }", account, SESSION);
    const codes = await addPasskey("Virtual");
    await leave();
    const left = await name();
    await logInWithPasskey();
    const alone = await name();
    await leave();
    await logIn(account.username, account.password, () => { throw new Error("the passkey is enough"); });
    const second = await name();
    await leave();
    ({ codes: codes.length, left, alone, second });
  `);
  const { credentials } = await devtools.send("WebAuthn.getCredentials", { authenticatorId });
  await devtools.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
  const unverified = await run("await logInWithPasskey().then(() => null, (problem) => problem.name ?? problem.code)");
  console.log(JSON.stringify({ ...seen, resident: credentials.map((each) => each.isResidentCredential), unverified }));
} finally {
  await browser.close();
}
