// Something in front of the server that fails as it is told to.

import { createServer } from "node:http";

/**
 * Answers each request with the next of `answers`, and passes on to `target` when there are no
 * more: `status`, `headers` and `body` are an answer in place of the server's; `lost` passes the
 * request on and cuts the connection within the answer; `refused` only cuts it.
 */
export async function startProxy(target, answers) {
  const left = [...answers];
  const seen = [];
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => void handle(request, Buffer.concat(chunks), response));
  });

  async function handle(request, body, response) {
    const cors = { "Access-Control-Allow-Origin": request.headers.origin ?? "*", "Access-Control-Expose-Headers": "Retry-After" };
    const preflight = request.method === "OPTIONS";
    if (!preflight) {
      seen.push({ method: request.method, path: request.url.split("?")[0], key: request.headers["idempotency-key"] });
    }
    const answer = preflight ? undefined : left.shift();
    // Within the answer: before its first byte, browsers try again by themselves.
    const cut = () => {
      response.writeHead(200, { ...cors, "Content-Length": 1000 });
      response.write("{", () => response.destroy());
    };
    if (answer?.refused) {
      cut();
      return;
    }
    if (answer?.status) {
      response.writeHead(answer.status, { ...cors, ...answer.headers });
      response.end(answer.body ? JSON.stringify(answer.body) : "");
      return;
    }
    const { connection, "transfer-encoding": _, ...headers } = request.headers;
    const passed = await fetch(target + request.url, {
      method: request.method,
      headers,
      ...(body.length > 0 ? { body } : {}),
    });
    const text = Buffer.from(await passed.arrayBuffer());
    if (answer?.lost) {
      cut();
      return;
    }
    response.writeHead(passed.status, Object.fromEntries(passed.headers));
    response.end(text);
  }

  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    seen: () => seen,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
