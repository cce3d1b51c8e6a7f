// Bundles the explorer into built/: one script, one style sheet, the page and the licences of what is in them.
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { build } from "esbuild";

await rm("built", { recursive: true, force: true });
await mkdir("built");

const { metafile } = await build({
  entryPoints: { explorer: "src/main.jsx" },
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  outdir: "built",
  metafile: true,
  legalComments: "none",
  define: { "process.env.NODE_ENV": '"production"' },
});
await copyFile("src/index.html", "built/index.html");

const packages = new Set(
  Object.keys(metafile.inputs)
    .map((input) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1])
    .filter(Boolean),
);
const notices = await Promise.all([...packages].sort().map(notice));
await writeFile("built/LICENSES.txt", notices.join(`\n${"-".repeat(80)}\n\n`));

async function notice(name) {
  const folder = `node_modules/${name}`;
  const { version, license } = JSON.parse(await readFile(`${folder}/package.json`, "utf8"));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? await readFile(`${folder}/${file}`, "utf8") : "(the package has no licence file)";
  return `${name} ${version} (${license})\n\n${text.trim()}\n`;
}
