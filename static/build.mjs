// Builds the register's style sheets and scripts into static/built/. Run by `manage.py build_frontend`.
import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const built = join(here, "built");
const fresh = join(here, "node_modules/.built"); // a folder that git ignores already
const govuk = join(here, "node_modules/govuk-frontend/dist/govuk");

rmSync(fresh, { recursive: true, force: true });
mkdirSync(fresh);
cpSync(join(govuk, "assets"), fresh, { recursive: true });
cpSync(join(here, "src/favicon.svg"), join(fresh, "favicon.svg"));

for (const name of ["site", "brand", "admin"]) {
  const { css } = sass.compile(join(here, `src/${name}.scss`), {
    charset: false, // a byte order mark in the first rule breaks nothing but helps nobody
    loadPaths: [join(here, "node_modules")],
    quietDeps: true,
    silenceDeprecations: ["if-function"],
    style: "compressed",
  });
  writeFileSync(join(fresh, `${name}.css`), css);
}

await esbuild.build({
  absWorkingDir: here,
  bundle: true,
  entryPoints: ["src/site.js", "src/autocomplete.js", "src/admin.js"],
  format: "esm",
  // accessible-autocomplete is built from its source, which is JSX for Preact.
  define: { "process.env.COMPONENT_LIBRARY": '"PREACT"' },
  jsxFactory: "createElement",
  loader: { ".js": "jsx" },
  legalComments: "none",
  minify: true,
  outdir: fresh,
  target: ["es2018"],
});

// Swapped at the end, so that a build that fails leaves the last good one in place.
rmSync(built, { recursive: true, force: true });
renameSync(fresh, built);
