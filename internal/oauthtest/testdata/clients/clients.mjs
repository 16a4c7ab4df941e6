// Speaks OAuth 2.0 with a Tokenry as two clients from npm do. What to speak about
// comes as JSON on standard input, what came of it goes as JSON to standard output.
import { text } from "node:stream/consumers";
import * as oauth from "oauth4webapi";
import * as openid from "openid-client";

const { issuer, id, secret, good, bad, toRevoke } = JSON.parse(await text(process.stdin));
const insecure = { [oauth.allowInsecureRequests]: true };
const result = {};

for (const method of ["ClientSecretBasic", "ClientSecretPost"]) {
  const config = await openid.discovery(new URL(issuer), id, undefined, openid[method](secret), {
    algorithm: "oauth2",
    execute: [openid.allowInsecureRequests],
  });
  const said = { good: await openid.tokenIntrospection(config, good), bad: await openid.tokenIntrospection(config, bad) };
  const token = toRevoke.pop();
  await openid.tokenRevocation(config, token);
  said.revoked = await openid.tokenIntrospection(config, token);
  result[`openid-client ${method}`] = said;
}

const url = new URL(issuer);
const server = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, { algorithm: "oauth2", ...insecure }));
for (const method of ["ClientSecretBasic", "ClientSecretPost"]) {
  const introspect = async (auth, token) => {
    const answer = await oauth.introspectionRequest(server, { client_id: id }, auth, token, insecure);
    return oauth.processIntrospectionResponse(server, { client_id: id }, answer);
  };
  const auth = oauth[method](secret);
  const said = { good: await introspect(auth, good), bad: await introspect(auth, bad) };
  const token = toRevoke.pop();
  await oauth.processRevocationResponse(await oauth.revocationRequest(server, { client_id: id }, auth, token, insecure));
  said.revoked = await introspect(auth, token);
  said.refused = await introspect(oauth[method](bad), good).catch((e) => ({ status: e.response?.status, cause: e.cause }));
  result[`oauth4webapi ${method}`] = said;
}
console.log(JSON.stringify({ server, result }));
