// A real OpenID Connect provider on a free port of 127.0.0.1. It prints its
// issuer when it is ready, replaces its keys on POST /test/rotate, and ends
// with its standard input, that is, with the test that started it.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import http from 'node:http';
import { Provider } from 'oidc-provider';

let handle;
const server = http.createServer((req, res) => {
  if (req.method === 'POST' && req.url === '/test/rotate') {
    handle = provider();
    res.writeHead(204).end();
    return;
  }
  handle(req, res);
});

server.listen(0, '127.0.0.1', () => {
  handle = provider();
  console.log(issuer());
});
process.stdin.resume().on('end', () => process.exit(0));

function issuer() {
  return `http://127.0.0.1:${server.address().port}`;
}

function provider() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return new Provider(issuer(), {
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: 'ES256', use: 'sig' }] },
    cookies: { keys: [randomUUID()] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    clients: [{
      client_id: 'frontend',
      client_secret: 'not-a-secret',
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
      token_endpoint_auth_method: 'client_secret_post',
    }],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (ctx, resource) => ({
          scope: '',
          audience: resource,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 300,
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    extraTokenClaims: () => ({
      'https://example.com/org': 'acme',
      name: 'Ada',
      realm_access: { roles: ['reader', 'tokenry-operator'] },
    }),
    ttl: { ClientCredentials: 300 },
  }).callback();
}
