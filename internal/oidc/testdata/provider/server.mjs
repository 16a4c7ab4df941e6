// A real OpenID Connect provider on a free port of 127.0.0.1. It prints its
// issuer when it is ready, replaces its keys on POST /test/rotate, and ends
// with its standard input, that is, with the test that started it. Whoever comes
// to sign in is the user that was named last by POST /test/user. Tokenry is where
// POST /test/tokenry has said.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import http from 'node:http';
import { Provider } from 'oidc-provider';

let tokenry = 'http://127.0.0.1:8080';

const users = {
  ada: { name: 'Ada', 'https://example.com/org': 'acme' },
  olga: { name: 'Olga', realm_access: { roles: ['tokenry-operator'] } },
  nobody: undefined, // does not let Tokenry know
};

let user;
let current;
const server = http.createServer(async (req, res) => {
  const url = new URL(req.url, issuer());
  if (req.method === 'POST' && url.pathname === '/test/rotate') {
    current = provider();
    res.writeHead(204).end();
  } else if (req.method === 'POST' && url.pathname === '/test/user') {
    user = url.searchParams.get('name');
    res.writeHead(204).end();
  } else if (req.method === 'POST' && url.pathname === '/test/tokenry') {
    tokenry = url.searchParams.get('url');
    current = provider();
    res.writeHead(204).end();
  } else if (url.pathname.startsWith('/test/interaction/')) {
    const result = users[user] ? { login: { accountId: user } } : { error: 'access_denied' };
    await current.interactionFinished(req, res, result);
  } else {
    current.callback()(req, res);
  }
});

server.listen(0, '127.0.0.1', () => {
  current = provider();
  console.log(issuer());
});
process.stdin.resume().on('end', () => process.exit(0));

function issuer() {
  return `http://127.0.0.1:${server.address().port}`;
}

function provider() {
  const redirectURIs = [`${tokenry}/auth/callback`];
  const leaveURIs = [`${tokenry}/console/sign-in`];
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
    }, {
      client_id: 'console',
      redirect_uris: redirectURIs,
      post_logout_redirect_uris: leaveURIs,
      token_endpoint_auth_method: 'none',
    }, {
      client_id: 'console-with-secret',
      client_secret: 'not-a-secret',
      redirect_uris: redirectURIs,
      post_logout_redirect_uris: leaveURIs,
    }],
    pkce: { required: () => true },
    claims: { openid: ['sub'], profile: ['name', 'https://example.com/org', 'realm_access'] },
    findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...users[id] }) }),
    interactions: { url: (ctx, interaction) => `/test/interaction/${interaction.uid}` },
    async loadExistingGrant(ctx) {
      const { client, session, provider: { Grant } } = ctx.oidc;
      const grant = new Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
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
  });
}
