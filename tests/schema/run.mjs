// Runs all checks of schemathesis (`SCHEMATHESIS`, a path) against a server of its own: always the same requests, others
// with another `SEED`, more of them with more `EXAMPLES`.

import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";

import { startServer } from "../client/server.mjs";

const server = await startServer();
const token = await (await fetch(`${server.url}/dev/token?sub=schema`)).text();
const run = spawn(
  process.env.SCHEMATHESIS,
  [
    "run",
    `${server.url}/api-docs`,
    "--header",
    `Authorization: Bearer ${token}`,
    "--max-examples",
    process.env.EXAMPLES ?? "50",
    "--seed",
    process.env.SEED ?? "1",
    "--continue-on-failure",
    "--warnings",
    "off",
    ...process.argv.slice(2),
  ],
  // It leaves a folder of its own where it runs.
  {
    stdio: "inherit",
    cwd: tmpdir(),
    env: {
      ...process.env,
      SCHEMATHESIS_HOOKS: "hooks",
      PYTHONPATH: fileURLToPath(new URL(".", import.meta.url)),
      PYTHONDONTWRITEBYTECODE: "1",
    },
  },
);
const code = await new Promise((resolve) => run.once("exit", resolve));
await server.stop();
process.exit(code ?? 1);
