// A provider of log-ins that is not ours (oidc-provider), for openid.py. It prints its name; each line of standard input is what it is from
// then on, as JSON: {redirect, secret, algorithm, way}, with keys of its own. It answers "ready". With a certificate and its key, two files, it
// speaks TLS.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { createInterface } from "node:readline";
import Provider from "oidc-provider";

let answer = (request, response) => response.writeHead(503).end();
const [certificate, key] = process.argv.slice(2);
const take = (request, response) => answer(request, response);
const server = certificate ? createSecureServer({ cert: readFileSync(certificate), key: readFileSync(key) }, take) : createServer(take);
const name = () => `http${certificate ? "s" : ""}://localhost:${server.address().port}`;
server.listen(0, "127.0.0.1", () => console.log(name()));  // another site than the register's, for browsers

function keys() {
  const id = randomBytes(8).toString("hex");
  return [
    { ...generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" }), kid: `r${id}` },
    { ...generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" }), kid: `e${id}` },
  ];
}

createInterface({ input: process.stdin }).on("line", (line) => {
  const { redirect, secret, algorithm, way } = JSON.parse(line);
  const provider = new Provider(name(), {
    clients: [{
      client_id: "tamga", client_secret: secret, redirect_uris: [redirect], id_token_signed_response_alg: algorithm, token_endpoint_auth_method: way,
    }],
    clientAuthMethods: [way],
    jwks: { keys: keys() },
    cookies: { keys: ["of a test"] },
    pkce: { methods: ["S256"], required: () => true },
    enabledJWA: { idTokenSigningAlgValues: ["RS256", "PS256", "ES256", "HS256"] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    // Nobody is asked whether we may know who they are: people of an organisation are not.
    async loadExistingGrant(context) {
      const { client, session, provider: own } = context.oidc;
      const grant = new own.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope("openid");
      await grant.save();
      return grant;
    },
  });
  answer = provider.callback();
  console.log("ready");
}).on("close", () => process.exit(0));
