// A server of one's own for a test run: any free port, an empty folder.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/**
 * Starts the built server (`SERVER`, a path) with these settings and resolves when it listens.
 * `stop` ends it and removes its folder.
 */
export async function startServer(settings = {}) {
  const binary = process.env.SERVER;
  if (!binary) {
    throw new Error("SERVER must be the path of the built server; `make test-client` sets it");
  }
  const folder = mkdtempSync(join(tmpdir(), "images-"));
  const server = spawn(binary, ["serve"], {
    env: { PORT: "0", DATA_DIR: folder, WEBP_EFFORT: "0", LOG_LEVEL: "warn", ...settings },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = new Promise((resolve) => server.once("exit", resolve));
  const port = await new Promise((resolve, reject) => {
    server.once("error", reject);
    void exited.then((code) => reject(new Error(`the server ended with ${code}`)));
    createInterface({ input: server.stdout }).on("line", (line) => {
      const match = /^Listening on http:\/\/.*:(\d+) /.exec(line);
      if (match) {
        resolve(match[1]);
      }
    });
  });
  return {
    // The name that URLs of pictures have.
    url: `http://localhost:${port}`,
    stop: async () => {
      server.kill("SIGTERM");
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
