// Opens the explorer in a real browser, runs a query with a header and a subscription, and prints what was seen.
// Usage: look.mjs URL BROWSER PROFILE_FOLDER SCREENSHOT
import { chromium } from "playwright-core";

const [url, executablePath, profile, screenshot] = process.argv.slice(2);
const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
flags.push("--disable-background-networking", "--disable-component-update", "--disable-sync");

const browser = await chromium.launchPersistentContext(profile, {
  executablePath,
  headless: true,
  args: flags,
  viewport: { width: 1400, height: 900 },
});
const page = browser.pages()[0] ?? (await browser.newPage());
const problems = [];
const elsewhere = [];
page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
page.on("pageerror", (error) => problems.push(String(error)));
page.on("request", (request) => {
  const target = request.url();
  if (!target.startsWith(new URL(url).origin) && !target.startsWith("data:")) elsewhere.push(target);
});

const seen = {};
try {
  await page.goto(url);
  await page.waitForSelector(".graphiql-execute-button");
  seen.default = await run(null, "__typename");

  await write(".graphiql-editor-tool .graphiql-editor:not(.hidden) .CodeMirror", '{"authorization": "Bearer ana"}');
  seen.viewer = await run("query Who { viewer }", "ana");
  seen.subscription = await run("subscription Watch { forever { number } }", '"number": 1');
  await page.click(".graphiql-execute-button"); // stops it

  await page.click('button[aria-label="Show Documentation Explorer"]');
  await page.waitForSelector(".graphiql-doc-explorer");
  await page.waitForFunction(() => document.querySelector(".graphiql-doc-explorer").textContent.includes("Subscription"));
  seen.docs = true;
  await page.screenshot({ path: screenshot });
} finally {
  if (Object.keys(seen).length < 4) await page.screenshot({ path: screenshot });
  console.log(JSON.stringify({ ...seen, problems, elsewhere }));
  await browser.close();
}

async function write(editor, text) {
  await page.locator(editor).first().evaluate((element, value) => element.CodeMirror.setValue(value), text);
}

async function run(query, expected) {
  if (query) {
    await write(".graphiql-query-editor .CodeMirror", query);
    // GraphiQL reads the operations a moment after the text has changed, and then names its tab after one.
    await page.waitForSelector(`.graphiql-tab-button:text-is("${query.split(" ")[1]}")`);
  }
  await page.click(".graphiql-execute-button");
  await page.waitForFunction(
    (text) => document.querySelector(".graphiql-response .CodeMirror")?.CodeMirror.getValue().includes(text),
    expected,
    { timeout: 10_000 },
  );
  return true;
}
