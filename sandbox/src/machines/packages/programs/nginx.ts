import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import {
  configurationHash,
  createAdminApi,
  createStatusApi,
  EMPTY_HASH,
  environmentFile,
  type Listen,
  portsTaken,
  readConf,
  refusalToStart,
  VERSION,
} from '../../../stand-ins/kong/index.ts';
import { rememberMaster, signalMaster } from './nginx-pid.ts';

type Conf = Exclude<ReturnType<typeof readConf>, string>;

/** Kong's nginx: checks what `kong prepare` left, holds the ports, answers on the admin and status APIs, reloads at SIGHUP. */

const words = process.argv.slice(2);
const prefix = words[words.indexOf('-p') + 1] ?? '/usr/local/kong';
const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);

const BODY = '{"message":"This stand-in for Kong forwards no requests."}';
const HEAD = ['HTTP/1.1 503 Service Unavailable', `server: kong/${VERSION}`, 'content-type: application/json'];
const ANSWER = [...HEAD, `content-length: ${BODY.length}`, 'connection: close', '', BODY].join('\r\n');

if (words.includes('-s')) {
  if (!signalMaster(prefix, words[words.indexOf('-s') + 1] === 'reload' ? 'SIGHUP' : 'SIGQUIT')) {
    die(`nginx: [error] open() "${prefix}/pids/nginx.pid" failed (2: No such file or directory)\n`);
  }
} else {
  await serve();
}

async function serve(): Promise<void> {
  process.title = 'nginx';
  const first = load();
  if (typeof first === 'string') die(first);
  const { conf } = first;
  const loaded = { hash: first.hash };
  const plugins = [...conf.plugins];
  await holdAll(conf);
  await createStatusApi({ loaded, version: VERSION }).listen(conf.statusListen);
  await createAdminApi({ loaded, plugins, version: VERSION }).listen(conf.adminListen);
  rememberMaster(prefix);
  for (const signal of ['SIGQUIT', 'SIGTERM', 'SIGINT']) process.once(signal, () => process.exit(0));
  process.on('SIGHUP', () => {
    const next = load();
    if (typeof next === 'string') return process.stderr.write(next);
    loaded.hash = next.hash;
    plugins.splice(0, plugins.length, ...next.conf.plugins);
  });
}

/** What it would run with now, or why it would not. */
function load(): { conf: Conf; hash: string } | string {
  const text = read(environmentFile(prefix)) ?? '';
  const refusal = refusalToStart(text, read);
  const conf = readConf(text);
  if (refusal !== undefined || typeof conf === 'string') return refusal ?? String(conf);
  const declared = conf.declarativeConfig && read(conf.declarativeConfig);
  return { conf, hash: declared ? configurationHash(declared) : EMPTY_HASH };
}

/** Holds the ports of the proxy; those of the APIs are only tried. As nginx: five times, half a second after each. */
async function holdAll({ proxyListen, adminListen, statusListen }: Conf): Promise<void> {
  const all = [...proxyListen, ...adminListen, ...statusListen];
  let taken: string[] = [];
  for (let attempt = 0; attempt < 5; attempt++) {
    const servers = await Promise.all(all.map(hold));
    taken = all.flatMap(({ host, port }, at) => (servers[at] ? [] : [`${host}:${port}`]));
    const kept = taken.length > 0 ? 0 : proxyListen.length;
    await Promise.all(servers.slice(kept).map((server) => server && once(server.close(), 'close')));
    if (taken.length === 0) return;
    await delay(500);
  }
  die(portsTaken(taken));
}

/** A port of the proxy: it says over plain HTTP that it forwards nothing, and cuts whoever speaks TLS. */
async function hold({ host, port, ssl }: Listen): Promise<Server | undefined> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    if (ssl) return socket.destroy();
    socket.once('data', () => socket.end(ANSWER));
  });
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return server;
  } catch {
    return undefined;
  }
}

function die(words: string): never {
  process.stderr.write(words);
  process.exit(1);
}
