"use strict";
// Draw Swagger UI; a file of its own, since the content security policy allows no inline script.
const target = document.getElementById("swagger-ui");
SwaggerUIBundle({
  url: target.dataset.schemaUrl,
  domNode: target,
  deepLinking: true,
  // All operations drawn at once take a browser many seconds; a service is opened when it is wanted.
  docExpansion: "none",
});
