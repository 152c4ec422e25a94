/** Swagger UI, with a token at hand. */

import { devToken } from "../client/index.js";
import { byId } from "./dom.js";
import * as format from "./format.js";

interface SwaggerUi {
  preauthorizeApiKey(scheme: string, token: string): void;
}

declare const SwaggerUIBundle: ((options: Record<string, unknown>) => SwaggerUi) & { presets: { apis: unknown } };

const ui = SwaggerUIBundle({
  url: "/api-docs",
  dom_id: "#swagger-ui",
  presets: [SwaggerUIBundle.presets.apis],
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: 0,
  // Its checker is on a host of its own.
  validatorUrl: null,
});

byId("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  void authorize(byId<HTMLInputElement>("name").value.trim());
});

async function authorize(user: string): Promise<void> {
  try {
    ui.preauthorizeApiKey("bearer", await devToken("", user));
    byId("status").textContent = `Calls are made as ${user}.`;
  } catch (error) {
    byId("status").textContent = format.problem(error);
  }
}
