import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { RegistryFault } from '../../images.ts';
import { passOn } from './pass-on.ts';
import type { Tokens } from './tokens.ts';

export interface FrontOptions {
  /** Address of the bridge; port 443 of it. */
  host: string;
  tls: { cert: string; key: string };
  tokens: Tokens;
  /** Socket of the docker-registry behind it. */
  socketPath: string;
  fault: () => RegistryFault;
}

const port = 443;

/** GHCR's manners before Debian's docker-registry: TLS, tokens from /token, reads only. */
export function createFront({ host, tls, tokens, socketPath, fault }: FrontOptions) {
  let server: Server | undefined;

  function answer(incoming: IncomingMessage, response: ServerResponse): void {
    const reply = replyTo(incoming);
    if (reply) send(response, reply);
    else pass(incoming, response);
  }

  function faultFor(repository: string | undefined) {
    const one = fault();
    return !one?.repository || one.repository === `ghcr.io/${repository}` ? one?.type : undefined;
  }

  /** Undefined for what docker-registry is to answer. */
  function replyTo({ method = '', url = '/', headers: { authorization } }: IncomingMessage): Reply | undefined {
    const { pathname, searchParams } = new URL(url, 'https://ghcr.io');
    const scopes = searchParams.getAll('scope');
    const repository = /^\/v2\/(.+)\/(?:manifests|blobs|tags)\//.exec(pathname)?.[1] ?? scopes[0]?.split(':')[1];
    const hit = faultFor(repository);
    if (hit === 'rate_limited') return refusal(429, 'TOOMANYREQUESTS', 'retry-after: 1s');
    if (pathname === '/token') {
      const token = hit === 'denied' ? undefined : tokens.issue(authorization, scopes);
      return token ? { status: 200, body: { token } } : refusal(403, 'DENIED', 'denied');
    }
    const verdict = tokens.check(authorization, repository);
    if (verdict === 'no_token') {
      const scope = `repository:${repository ?? 'user/image'}:pull`;
      const challenge = `Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="${scope}"`;
      return { ...refusal(401, 'UNAUTHORIZED', 'authentication required'), headers: { 'www-authenticate': challenge } };
    }
    if (verdict === 'denied') return refusal(403, 'DENIED', 'requested access to the resource is denied');
    if (!['GET', 'HEAD'].includes(method)) return refusal(405, 'UNSUPPORTED', 'reads only');
    if (hit === 'tag_absent' && pathname.includes('/manifests/')) {
      return refusal(404, 'MANIFEST_UNKNOWN', 'manifest unknown');
    }
    return undefined;
  }

  function pass(incoming: IncomingMessage, response: ServerResponse): void {
    const { authorization: _, ...headers } = incoming.headers;
    passOn(incoming, response, socketPath, { ...headers, host: 'ghcr.io', 'x-forwarded-proto': 'https' });
  }

  return {
    async open(): Promise<void> {
      if (server) return;
      server = createServer(tls, answer);
      server.listen(port, host);
      await once(server, 'listening');
    },
    /** Nobody listens afterwards; what was under way is cut. */
    async close(): Promise<void> {
      const closing = server;
      server = undefined;
      closing?.close();
      closing?.closeAllConnections();
    },
  };
}

interface Reply {
  status: number;
  body: object;
  headers?: Record<string, string>;
}

const refusal = (status: number, code: string, message: string): Reply => ({
  status,
  body: { errors: [{ code, message }] },
});

function send(response: ServerResponse, { status, body, headers }: Reply): void {
  const type = { 'content-type': 'application/json', 'docker-distribution-api-version': 'registry/2.0' };
  response.writeHead(status, { ...type, ...headers }).end(JSON.stringify(body));
}
