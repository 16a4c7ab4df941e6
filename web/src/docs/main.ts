import "swagger-ui-dist/swagger-ui.css";
import "./docs.css";
import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";
import { atThisServer } from "./at-this-server";
import { followColorScheme } from "./scheme";

followColorScheme();

SwaggerUI({
  url: new URL("openapi.yaml", location.href).href,
  dom_id: "#docs",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  defaultModelExpandDepth: 3,
  filter: true,
  plugins: [atThisServer],
  // Secrets that are typed in here are gone with the page.
  persistAuthorization: false,
  validatorUrl: null,
});
