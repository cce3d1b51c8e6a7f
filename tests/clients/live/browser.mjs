// Pastes the script of a file into a page of the server, in a real browser, and prints what the page logs.
// Usage: browser.mjs URL BROWSER PROFILE_FOLDER FILE
import { readFile } from "node:fs/promises";
import { chromium } from "playwright-core";

const [url, executablePath, profile, file] = process.argv.slice(2);
const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
args.push("--disable-background-networking", "--disable-component-update", "--disable-sync");
const browser = await chromium.launchPersistentContext(profile, { executablePath, headless: true, args });
const page = browser.pages()[0] ?? (await browser.newPage());
page.on("console", (message) => console.log(message.text()));
await page.goto(url);
await page.waitForSelector(".graphiql-execute-button");
// As the console of a browser does: expressions, with `await` at the top.
const { result, exceptionDetails } = await (await browser.newCDPSession(page)).send("Runtime.evaluate", {
  expression: await readFile(file, "utf8"),
  replMode: true,
  awaitPromise: true,
});
console.log(exceptionDetails ? JSON.stringify(exceptionDetails) : `pasted: ${result.type}`);
process.on("SIGTERM", () => browser.close().then(() => process.exit(0)));
