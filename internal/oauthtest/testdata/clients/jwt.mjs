// Gets a JWT from a Tokenry, unless it is given one, and checks it without asking
// about it, by clients from npm: jose, and oauth4webapi, which wants what RFC 9068
// does. What to do comes as JSON on standard input, what came of it goes as JSON to
// standard output.
import { text } from "node:stream/consumers";
import { inflateSync } from "node:zlib";
import * as jose from "jose";
import * as oauth from "oauth4webapi";

const { issuer, id, secret, resource, scope, given } = JSON.parse(await text(process.stdin));
const insecure = { [oauth.allowInsecureRequests]: true };
const url = new URL(issuer);
const server = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, { algorithm: "oauth2", ...insecure }));

const issue = async () => {
  const client = { client_id: id };
  const parameters = new URLSearchParams({ resource, scope });
  const answer = await oauth.clientCredentialsGrantRequest(server, client, oauth.ClientSecretBasic(secret), parameters, insecure);
  return (await oauth.processClientCredentialsResponse(server, client, answer)).access_token;
};
const jwt = given ?? (await issue());

const keys = jose.createRemoteJWKSet(new URL(server.jwks_uri));
const expected = { issuer, audience: resource, typ: "at+jwt", algorithms: ["ES256"] };
const { payload, protectedHeader } = await jose.jwtVerify(jwt, keys, expected);
const request = new Request(resource, { headers: { authorization: `Bearer ${jwt}` } });
const validated = await oauth.validateJwtAccessToken(server, request, resource, insecure);
const refused = {};
for (const [name, raw, change] of [
  ["changed", jwt.slice(0, -6) + "AAAAAA", {}],
  ["audience", jwt, { audience: "https://other.example.com/" }],
  ["issuer", jwt, { issuer: "https://other.example.com" }],
  ["type", jwt, { typ: "JWT" }],
]) {
  refused[name] = await jose.jwtVerify(raw, keys, { ...expected, ...change }).then(
    () => "",
    (e) => e.code,
  );
}

const { uri, idx } = payload.status.status_list;
const answer = await fetch(uri, { headers: { accept: "application/statuslist+jwt" } });
const list = await jose.jwtVerify(await answer.text(), keys, { issuer, subject: uri, typ: "statuslist+jwt", algorithms: ["ES256"] });
const bits = inflateSync(Buffer.from(list.payload.status_list.lst, "base64url"));
const marked = (bits[idx >> 3] >> (idx & 7)) & 1;
console.log(JSON.stringify({ jwt, payload, protectedHeader, validated, refused, marked }));
