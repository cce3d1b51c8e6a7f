// Prints what the documented code does after each problem of a list in JSON, without its pauses. Usage: ends.mjs PROBLEMS
import { comeBack } from "./come-back.js";

globalThis.setTimeout = (done) => setImmediate(done);
for (const problem of JSON.parse(process.argv[2])) {
  const does = await new Promise((tell) => {
    let calls = 0;
    let signedIn = "";
    const follow = async (after, take) => {
      if (calls++) return tell(`comes back ${signedIn}${after ? "" : "anew"}`.trim()), new Promise(() => {});
      await take("cursor", () => {});
      throw problem;
    };
    comeBack(follow, async () => (signedIn = "signed in")).catch(() => tell("ends"));
  });
  console.log(does);
}
