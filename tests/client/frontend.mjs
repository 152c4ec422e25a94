// A frontend on an origin of its own: an empty page beside the client's module.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

const FILES = {
  "/client.js": "../../src/console/dist/client.js",
  "/cases.mjs": "./cases.mjs",
  "/pictures.mjs": "./pictures.mjs",
};

export async function startFrontend() {
  const server = createServer(async (request, response) => {
    const path = FILES[request.url];
    response.writeHead(200, { "Content-Type": path ? "text/javascript" : "text/html" });
    response.end(path ? await readFile(new URL(path, import.meta.url)) : "<!doctype html><title>A frontend</title>");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://localhost:${server.address().port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
