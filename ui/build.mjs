// Builds the pages' scripts, styles, icon and base map into the folder that is named: node build.mjs DIR
import { build } from "esbuild";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { basemap } from "./basemap.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];
if (!out) {
  console.error("usage: node build.mjs DIR");
  process.exit(2);
}
mkdirSync(out, { recursive: true });
await build({
  absWorkingDir: here,
  entryPoints: ["src/app.ts", "src/form.ts", "src/map.ts", "src/passkey.ts", "src/reply.ts", "src/seal.ts", "styles/app.css"],
  entryNames: "[name]",
  bundle: true,
  minify: true,
  format: "esm",
  target: ["chrome109", "firefox115", "safari16.4"],
  legalComments: "none",
  logLevel: "warning",
  outdir: out,
});
copyFileSync(join(here, "icon.svg"), join(out, "icon.svg"));
writeFileSync(join(out, "basemap.txt"), basemap());
