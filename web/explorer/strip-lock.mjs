// Takes the registry addresses out of a package-lock.json; the integrity hashes stay and are what npm checks.
import { readFile, writeFile } from "node:fs/promises";

for (const path of process.argv.slice(2)) {
  const lock = JSON.parse(await readFile(path, "utf8"));
  for (const entry of Object.values(lock.packages)) delete entry.resolved;
  await writeFile(path, `${JSON.stringify(lock, null, 2)}\n`);
}
