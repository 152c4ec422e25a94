/** Swagger UI, with a token at hand. */

import { devToken } from "../client/index.js";
import { byId } from "./dom.js";
import * as format from "./format.js";

interface SwaggerUi {
  preauthorizeApiKey(scheme: string, token: string): void;
}

declare const SwaggerUIBundle: ((options: Record<string, unknown>) => SwaggerUi) & { presets: { apis: unknown } };

const ui = SwaggerUIBundle({
  spec: formsFirst(await (await fetch("/api-docs")).json()),
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

interface Document {
  paths: Record<string, Record<string, { requestBody?: { content: Record<string, unknown> } }>>;
}

/** Swagger UI offers the first of several types of a body; the document has them by name. */
function formsFirst(document: Document): Document {
  for (const operation of Object.values(document.paths).flatMap(Object.values)) {
    const content = operation.requestBody?.content;
    const form = content?.["multipart/form-data"];
    if (form) {
      operation.requestBody = { ...operation.requestBody, content: { "multipart/form-data": form, ...content } };
    }
  }
  return document;
}

async function authorize(user: string): Promise<void> {
  try {
    ui.preauthorizeApiKey("bearer", await devToken("", user));
    byId("status").textContent = `Calls are made as ${user}.`;
  } catch (error) {
    byId("status").textContent = format.problem(error);
  }
}
