// Logs in by the provider in a real browser, on a page that runs what the documentation shows, and prints who is signed in.
// Usage: page.mjs ORIGIN BROWSER PROFILE_FOLDER WHO
import { chromium } from "playwright-core";

const [origin, executablePath, profile, who] = process.argv.slice(2);
const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
flags.push("--disable-background-networking", "--disable-component-update", "--disable-sync");

const browser = await chromium.launchPersistentContext(profile, { executablePath, headless: true, args: flags });
try {
  await browser.addCookies([{ name: "who", value: who, url: origin }]);
  const page = browser.pages()[0] ?? (await browser.newPage());
  await page.goto(`${origin}/start`);
  await page.waitForFunction(() => window.shown);
  await page.evaluate(() => void window.shown.begin({ path: "/auth/example" }));
  await page.waitForURL((address) => address.href.startsWith(`${origin}/signed-in`));
  await page.waitForFunction(() => window.shown);
  const seen = await page.evaluate(async () => {
    const { API, finish } = window.shown;
    const run = async (query, input, headers = {}) => {
      const answer = await fetch(`${API}/graphql`, {
        method: "POST",
        credentials: "include",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify({ query, variables: input && { input } }),
      });
      return answer.json();
    };
    const inCookies = { "x-rookery-session": "cookie" };
    const { code, error, verifier } = finish();
    const found = await run(
      "mutation ($input: LogInWithProviderInput!) { logInWithProvider(input: $input) { signUp { token suggestedUsername } } }",
      { code, verifier },
      inCookies,
    );
    const { token, suggestedUsername } = found.data.logInWithProvider.signUp;
    const made = await run(
      "mutation ($input: SignUpWithProviderInput!) { signUpWithProvider(input: $input) { session { accessToken } } }",
      { token, verifier, username: suggestedUsername },
      inCookies,
    );
    const { viewer } = (await run("{ viewer { username } }")).data;
    const session = made.data.signUpWithProvider.session;
    return { error, left: location.href.slice(location.origin.length), readable: document.cookie, session, viewer };
  });
  console.log(JSON.stringify(seen));
} finally {
  await browser.close();
}
