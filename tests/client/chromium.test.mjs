// The same cases in a page of another origin, as every frontend has one.

import { createRequire } from "node:module";
import { after, test } from "node:test";

import { cases } from "./cases.mjs";
import { startFrontend } from "./frontend.mjs";
import { startProxy } from "./proxy.mjs";
import { startServer } from "./server.mjs";

const { chromium } = createRequire(new URL("../../src/console/package.json", import.meta.url))("@playwright/test");

const frontend = await startFrontend();
const server = await startServer({ ALLOWED_ORIGINS: frontend.origin });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
});
const page = await browser.newPage();
const proxies = [];
await page.exposeFunction("startProxy", async (answers) => {
  proxies.push(await startProxy(server.url, answers));
  return { url: proxies.at(-1).url, index: proxies.length - 1 };
});
await page.exposeFunction("seenBy", (index) => proxies[index].seen());
after(async () => {
  await browser.close();
  for (const started of [frontend, ...proxies]) {
    started.stop();
  }
  await server.stop();
});

await page.goto(frontend.origin);
for (const name of Object.keys(cases({}, {}))) {
  test(name, () =>
    page.evaluate(
      async ([name, url]) => {
        const api = await import("/client.js");
        const { cases } = await import("/cases.mjs");
        const proxy = async (answers) => {
          const { url, index } = await window.startProxy(answers);
          return { url, seen: () => window.seenBy(index) };
        };
        await cases(api, { url, proxy })[name]();
      },
      [name, server.url],
    ),
  );
}
