/**
 * A certified OpenID provider over loopback, in which a person who comes agrees at once.
 *
 * It prints its address on one line, and ends with its standard input. `POST /forget` lets its one
 * person's session count for nothing; `GET /asked` tells how often each of its addresses was asked.
 */
import { once } from "node:events";
import http from "node:http";
import Provider from "oidc-provider";

const server = http.createServer();
server.listen(0, "127.0.0.1");
await once(server, "listening");
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "omnify",
      client_secret: "secret-of-the-app",
      redirect_uris: process.argv.slice(2),
      grant_types: ["authorization_code", "refresh_token"],
      token_endpoint_auth_method: "client_secret_post",
    },
  ],
  cookies: { keys: ["a key of a provider that forgets all"] },
  features: { devInteractions: { enabled: false }, revocation: { enabled: true } },
  findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
  interactions: { url: (_, interaction) => `/agree/${interaction.uid}` },
  issueRefreshToken: () => true,
  pkce: { required: () => true },
  rotateRefreshToken: () => true,
  ttl: { AccessToken: 60, RefreshToken: 3600, Grant: 3600, Session: 3600, Interaction: 600 },
});

const asked = {};

async function agree(request, response) {
  const { prompt, params, session } = await provider.interactionDetails(request, response);
  if (prompt.name === "login") {
    const result = { login: { accountId: "account-1" } };
    return provider.interactionFinished(request, response, result);
  }
  const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const consent = { grantId: await grant.save() };
  return provider.interactionFinished(request, response, { consent }, { mergeWithLastSubmission: true });
}

const answer = provider.callback();
server.on("request", (request, response) => {
  const path = request.url.split("?")[0];
  if (path === "/asked") return response.end(JSON.stringify(asked));
  asked[path] = (asked[path] ?? 0) + 1;
  return path.startsWith("/agree/") ? agree(request, response) : answer(request, response);
});
process.stdin.resume().on("end", () => process.exit(0));
console.log(issuer);
