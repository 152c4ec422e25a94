// The cases in Node.

import { after, test } from "node:test";

import * as api from "../../src/console/dist/client.js";
import { cases } from "./cases.mjs";
import { startProxy } from "./proxy.mjs";
import { startServer } from "./server.mjs";

const server = await startServer();
const proxies = [];
after(async () => {
  for (const proxy of proxies) {
    proxy.stop();
  }
  await server.stop();
});

const proxy = async (answers) => {
  const started = await startProxy(server.url, answers);
  proxies.push(started);
  return started;
};

for (const [name, run] of Object.entries(cases(api, { url: server.url, proxy }))) {
  test(name, run);
}
