// Builds what the server compiles in (dist/) and the types of the API (client/schema.ts).
// With --check it writes nothing and fails when something would change.

import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";

import { generateDtsBundle } from "dts-bundle-generator";
import { build } from "esbuild";
import openapiTS, { astToString } from "openapi-typescript";

const here = dirname(fileURLToPath(import.meta.url));
const check = process.argv.includes("--check");
/** Bytes that a first visit of the gallery may load. */
const BUDGET = 100_000;

const files = new Map();
const inPackage = (name) => readFileSync(join(here, "node_modules", name));

await types();
await client();
await page("app.js", "app/main.ts");
await page("swagger.js", "app/swagger.ts");
await stylesheet();
for (const name of ["index.html", "swagger.html"]) {
  files.set(`dist/${name}`, readFileSync(join(here, "app", name)));
}
for (const [name, source] of [
  ["swagger-ui.js.gz", "swagger-ui-dist/swagger-ui-bundle.js"],
  ["swagger-ui.css.gz", "swagger-ui-dist/swagger-ui.css"],
]) {
  // The last line points to a source map that is not served.
  const text = inPackage(source).toString().replace(/\n\/[/*]# sourceMappingURL=.*\n?$/, "\n");
  files.set(`dist/${name}`, gzipSync(text, { level: 9 }));
}
files.set("dist/licenses.txt", licenses());

const loaded = ["index.html", "app.js", "client.js", "style.css"].map((name) => files.get(`dist/${name}`).length);
const total = loaded.reduce((sum, size) => sum + size);
if (total >= BUDGET) {
  throw new Error(`the gallery weighs ${total} bytes, more than ${BUDGET}`);
}

if (check) {
  compare();
} else {
  rmSync(join(here, "dist"), { recursive: true, force: true });
  mkdirSync(join(here, "dist"));
  for (const [name, bytes] of files) {
    writeFileSync(join(here, name), bytes);
  }
}
console.log(`gallery: ${total} bytes`);

/** First, as the other steps read it. */
async function types() {
  const document = JSON.parse(readFileSync(join(here, "client/openapi.json"), "utf8"));
  const text = astToString(await openapiTS(document, { defaultNonNullable: false }));
  const bytes = Buffer.from(`// Made from openapi.json by build.mjs.\n\n${text}`);
  if (check) {
    files.set("client/schema.ts", bytes);
  } else {
    writeFileSync(join(here, "client/schema.ts"), bytes);
  }
}

/** One module and its types, importable by path. Not minified: people read it. */
async function client() {
  const { outputFiles } = await build({
    ...common(),
    entryPoints: [join(here, "client/index.ts")],
    minify: false,
    banner: { js: "// Made from src/console/client by build.mjs." },
  });
  files.set("dist/client.js", Buffer.from(outputFiles[0].contents));
  const [text] = generateDtsBundle(
    [{ filePath: join(here, "client/index.ts"), output: { noBanner: true, exportReferencedTypes: false } }],
    { preferredConfigPath: join(here, "tsconfig.json") },
  );
  files.set("dist/client.d.ts", Buffer.from(`// Made from src/console/client by build.mjs.\n\n${text}`));
}

/** Pages share the one client module that everybody can import. */
async function page(name, source) {
  const shared = {
    name: "shared-client",
    setup({ onResolve }) {
      onResolve({ filter: /^\.\.\/client\/index\.js$/ }, () => ({ path: "/console/client.js", external: true }));
    },
  };
  const { outputFiles } = await build({ ...common(), entryPoints: [join(here, source)], plugins: [shared] });
  files.set(`dist/${name}`, Buffer.from(outputFiles[0].contents));
}

async function stylesheet() {
  const { outputFiles } = await build({ ...common(), entryPoints: [join(here, "app/style.css")] });
  files.set("dist/style.css", Buffer.from(outputFiles[0].contents));
}

function common() {
  return {
    absWorkingDir: here,
    bundle: true,
    write: false,
    outdir: join(here, "dist"),
    format: "esm",
    target: ["es2022", "chrome120", "firefox120", "safari17"],
    minify: true,
    charset: "utf8",
    legalComments: "none",
    logLevel: "warning",
  };
}

/** Of what others made and dist/ contains. */
function licenses() {
  const swagger = ["LICENSE", "NOTICE"].map((name) => inPackage(`swagger-ui-dist/${name}`).toString());
  const { version, author } = JSON.parse(inPackage("thumbhash/package.json").toString());
  return Buffer.from(
    [
      `thumbhash ${version}, by ${typeof author === "string" ? author : (author?.name ?? "Evan Wallace")}, MIT License, in app.js`,
      "Swagger UI, in swagger-ui.js.gz and swagger-ui.css.gz; licenses of what it contains are named in its text\n",
      ...swagger,
    ].join("\n\n"),
  );
}

function compare() {
  const stale = [];
  // Compressors differ between versions of Node; what comes out does not.
  const content = (name, bytes) => (name.endsWith(".gz") ? gunzipSync(bytes) : bytes);
  for (const [name, bytes] of files) {
    try {
      const there = readFileSync(join(here, name));
      if (!content(name, there).equals(content(name, bytes))) {
        stale.push(name);
      }
    } catch {
      stale.push(name);
    }
  }
  for (const name of readdirSync(join(here, "dist"))) {
    if (!files.has(`dist/${name}`)) {
      stale.push(`dist/${name}`);
    }
  }
  if (stale.length > 0) {
    console.error(`Not as built from their sources: ${stale.join(", ")}. Run \`make client\` and commit.`);
    process.exit(1);
  }
}
