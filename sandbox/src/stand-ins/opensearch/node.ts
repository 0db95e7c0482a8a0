import { createServer as createHttp, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createHttps, type ServerOptions } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { createListeners, type Listeners } from '../listeners.ts';
import { isSecurityOff, isTls, pathOf, type Read, readSettings, type Settings } from './configuration.ts';
import { createLogin, readUsers } from './users.ts';

interface Options {
  version: string;
  /** Text of opensearch.yml, one that `checkConfiguration` takes. */
  yml: string;
  /** For certificates and users; needed unless the security plugin is off. */
  read?: Read;
  /** Hashes of passwords by user, which outlive a restart; filled from internal_users.yml at the first start. */
  users?: Map<string, string>;
  /** They changed. */
  onUsers?: () => void;
}

const USERS = 'opensearch-security/internal_users.yml';
const INTERNAL_USERS = '/_plugins/_security/api/internalusers/';

/** The HTTP side of a node that is up: green and empty. Speaks TLS when opensearch.yml says so. */
export function createNode(options: Options): Listeners {
  const { version, yml, read = () => undefined, users = new Map(), onUsers = () => {} } = options;
  const settings = readSettings(yml);
  if (typeof settings === 'string') throw new Error(settings);
  if (users.size === 0) {
    for (const [name, hash] of readUsers(read(pathOf(USERS)) ?? '')) users.set(name, hash);
    onUsers();
  }
  const answer = answering({ settings, version, users, onUsers });
  if (!isTls(settings)) return createListeners(() => createHttp(answer));
  const tls = tlsOptions(settings, read);
  return createListeners(() => createHttps(tls, answer));
}

function tlsOptions(settings: Settings, read: Read): ServerOptions {
  const file = (name: string) => read(pathOf(String(settings[`plugins.security.ssl.http.${name}`])));
  const [cert, key, ca] = ['pemcert_filepath', 'pemkey_filepath', 'pemtrustedcas_filepath'].map(file);
  if (!cert || !key) throw new Error('its certificate or key cannot be read');
  return { cert, key, ...(ca ? { ca } : {}), requestCert: true, rejectUnauthorized: false };
}

interface Node {
  settings: Settings;
  version: string;
  users: Map<string, string>;
  onUsers(): void;
}

function answering({ settings, version, users, onUsers }: Node): RequestListener {
  const isUser = createLogin(users);
  const admins = [settings['plugins.security.authcz.admin_dn'] ?? []].flat().map((dn) => normalDn(String(dn)));
  return (request, response) => {
    const isAdmin = admins.includes(clientOf(request));
    if (!isSecurityOff(settings) && !isAdmin && !isUser(request.headers.authorization)) {
      response.writeHead(401, {
        'www-authenticate': 'Basic realm="OpenSearch Security"',
        'content-type': 'text/plain',
      });
      response.end('Unauthorized');
      return;
    }
    const { pathname } = new URL(request.url ?? '/', 'http://node');
    if (pathname === '/') send(response, 200, aboutOf(settings, version));
    else if (pathname === '/_cluster/health') send(response, 200, healthOf(settings));
    else if (pathname.startsWith(INTERNAL_USERS)) {
      const name = pathname.slice(INTERNAL_USERS.length);
      void user({ request, response, users, onUsers, isAdmin, name }).catch(() => response.destroy());
    } else {
      send(response, 400, { error: `no handler found for uri [${request.url}] and method [${request.method}]` });
    }
  };
}

/** DN of the client's certificate, where it is one that we trust. */
function clientOf({ socket }: IncomingMessage): string {
  const tls = socket as TLSSocket;
  if (!tls.authorized) return '';
  const subject = tls.getPeerCertificate().subject;
  return normalDn(
    Object.entries(subject ?? {})
      .map(([name, value]) => `${name}=${value}`)
      .join(','),
  );
}

function normalDn(dn: string): string {
  return dn
    .split(',')
    .map((part) => part.trim().toUpperCase())
    .join(',');
}

interface UserCall {
  request: IncomingMessage;
  response: ServerResponse;
  users: Map<string, string>;
  onUsers(): void;
  isAdmin: boolean;
  name: string;
}

/** PUT and GET of an internal user. Reserved ones, as admin may be, are changed by the holder of the admin certificate alone. */
async function user({ request, response, users, onUsers, isAdmin, name }: UserCall): Promise<void> {
  const there = users.has(name);
  if (request.method === 'GET') {
    const shown = { hash: '', reserved: false, hidden: false, backend_roles: [], static: false };
    if (there) return send(response, 200, { [name]: shown });
    return send(response, 404, { status: 'NOT_FOUND', message: `Resource '${name}' not found.` });
  }
  if (request.method !== 'PUT') return send(response, 405, { error: `Incorrect HTTP method for uri [${request.url}]` });
  if (!isAdmin) return send(response, 403, { status: 'FORBIDDEN', message: `Resource '${name}' is reserved.` });
  const hash = hashIn(await bodyOf(request));
  if (hash === undefined) return send(response, 400, { status: 'error', reason: 'Body content is not valid' });
  users.set(name, hash);
  onUsers();
  const [status, word] = there ? (['OK', 'updated'] as const) : (['CREATED', 'created'] as const);
  send(response, there ? 200 : 201, { status, message: `'${name}' ${word}.` });
}

function hashIn(body: string): string | undefined {
  try {
    const { hash } = JSON.parse(body) as { hash?: unknown };
    return typeof hash === 'string' && hash.startsWith('$2') ? hash : undefined;
  } catch {
    return undefined;
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function aboutOf(settings: Settings, number: string): object {
  return {
    name: settings['node.name'] ?? 'opensearch',
    cluster_name: settings['cluster.name'] ?? 'opensearch',
    cluster_uuid: 'c3RhbmQtaW4taW5zdGFuY2U',
    version: { distribution: 'opensearch', number, build_type: 'deb', build_hash: 'stand-in', build_snapshot: false },
    tagline: 'The OpenSearch Project: https://opensearch.org/',
  };
}

function healthOf(settings: Settings): object {
  return {
    cluster_name: settings['cluster.name'] ?? 'opensearch',
    status: 'green',
    timed_out: false,
    number_of_nodes: 1,
    number_of_data_nodes: 1,
    ...{ discovered_master: true, discovered_cluster_manager: true, active_primary_shards: 0, active_shards: 0 },
    ...{ relocating_shards: 0, initializing_shards: 0, unassigned_shards: 0, delayed_unassigned_shards: 0 },
    ...{ number_of_pending_tasks: 0, number_of_in_flight_fetch: 0, task_max_waiting_in_queue_millis: 0 },
    active_shards_percent_as_number: 100,
  };
}

function send(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=UTF-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
