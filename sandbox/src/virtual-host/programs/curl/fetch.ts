import { setTimeout as delay } from 'node:timers/promises';
import type { Credentials } from '../../docker/registry.ts';
import { realPort } from '../../machine/ports.ts';
import { download } from '../../vendors.ts';
import { listenerAt } from '../network.ts';
import type { Call } from '../program.ts';
import { type Answer, failed, refused } from './answer.ts';
import { ask, type Target, type Tls } from './ask.ts';
import type { Options } from './options.ts';

/** Asks the engine's socket, a vendor, a container, a unit of this host, or whatever is really at the address. */
export async function fetchIt(call: Call, options: Options): Promise<Answer> {
  const { machine } = call;
  if (options.socket) return askEngine(call, options);
  const body = download(options.url);
  if (body !== undefined) return { exit: 0, status: 200, body };
  const url = new URL(options.url);
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  if (!/^[\d.]+$|^localhost$/.test(url.hostname)) return failed(6, `Could not resolve host: ${url.hostname}`);
  const tls = readTls(call, options);
  if ('exit' in tls) return tls;
  const found = machine.engine.containers.reach(url.hostname, port);
  if (typeof found === 'boolean') return { exit: 0, status: found ? 200 : 503, body: '' };
  const own = ['localhost', '127.0.0.1', machine.spec.privateIp].includes(url.hostname);
  const listener = found || !own ? undefined : await listenerAt(call, url.hostname, port);
  if (!found && own && !listener) return refused(url.hostname, port);
  // It listens, and the sandbox has nothing behind it.
  if (listener && listener.realPort === undefined) return failed(52, 'Empty reply from server');
  const target: Target = listener
    ? { host: '127.0.0.1', port: listener.realPort ?? 0 }
    : { host: found?.address ?? url.hostname, port: realPort(found?.port ?? port) };
  const answer = await ask(options, target, tls, call.signal);
  // A process that starts needs real time, whatever time the host believes has passed.
  if (answer.exit === 56) await delay(50);
  return answer;
}

function readTls({ machine }: Call, { caFile, certFile, keyFile }: Options): Tls | Answer {
  const read = (path: string | undefined) => (path === undefined ? undefined : machine.files.find(path)?.text);
  const tls = { ca: read(caFile), cert: read(certFile), key: read(keyFile ?? certFile) };
  if (caFile && !tls.ca) return failed(77, `error setting certificate file: ${caFile}`);
  if (certFile && !tls.cert) {
    return failed(
      58,
      `could not load PEM client certificate from ${certFile}, OpenSSL error: No such file or directory`,
    );
  }
  if (keyFile && !tls.key) return failed(58, `unable to set private key file: '${keyFile}' type PEM`);
  return tls;
}

function askEngine({ machine }: Call, { socket, url, headers }: Options): Answer {
  const isSocket = ['/run/docker.sock', '/var/run/docker.sock'].includes(socket ?? '');
  if (!isSocket || !machine.engine.running()) return failed(7, "Couldn't connect to server");
  const path = url.replace(/^http:\/\/[^/]*/, '');
  const { status, body } = machine.engine.api(path, registryAuth(headers['X-Registry-Auth']));
  return { exit: 0, status, body: `${JSON.stringify(body)}\n` };
}

/** Of a header that cannot be read the engine says nothing: it asks without a login. */
function registryAuth(header: string | undefined): Credentials | undefined {
  try {
    const auth = JSON.parse(Buffer.from(header ?? '', 'base64url').toString()) as Partial<Credentials>;
    return auth.username === undefined ? undefined : { username: auth.username, password: auth.password ?? '' };
  } catch {
    return undefined;
  }
}
