import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  createAdminApi,
  createGateway,
  createStatusApi,
  environmentFile,
  type Gateway,
  type Listen,
  portsTaken,
  readConf,
  refusalToStart,
  VERSION,
} from '../../../stand-ins/kong/index.ts';
import { createListeners } from '../../../stand-ins/listeners.ts';
import { rememberMaster, signalMaster } from './nginx-pid.ts';

type Conf = Exclude<ReturnType<typeof readConf>, string>;

/** Kong's nginx: checks what `kong prepare` left, serves it, answers on the admin and status APIs, reloads at SIGHUP. */

const words = process.argv.slice(2);
const prefix = words[words.indexOf('-p') + 1] ?? '/usr/local/kong';
const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);

if (words.includes('-s')) {
  if (!signalMaster(prefix, words[words.indexOf('-s') + 1] === 'reload' ? 'SIGHUP' : 'SIGQUIT')) {
    die(`nginx: [error] open() "${prefix}/pids/nginx.pid" failed (2: No such file or directory)\n`);
  }
} else {
  await serve();
}

async function serve(): Promise<void> {
  process.title = 'nginx';
  const conf = loadConf();
  if (typeof conf === 'string') die(conf);
  const gateway = createGateway({ defaultCertificate: defaultCertificate() });
  const plugins = [...conf.plugins];
  await tryAll(conf);
  for (const { host, port, ssl } of conf.proxyListen) {
    await createListeners(() => gateway.server({ port, ssl })).listen([{ host, port }]);
  }
  await createStatusApi({ gateway, version: VERSION }).listen(conf.statusListen);
  await createAdminApi({ gateway, plugins, version: VERSION }).listen(conf.adminListen);
  loadFromDisk(gateway, conf);
  rememberMaster(prefix);
  for (const signal of ['SIGQUIT', 'SIGTERM', 'SIGINT']) process.once(signal, () => process.exit(0));
  process.on('SIGHUP', () => {
    const next = loadConf();
    if (typeof next === 'string') return process.stderr.write(next);
    plugins.splice(0, plugins.length, ...next.plugins);
    loadFromDisk(gateway, next);
  });
}

/** The settings that it would run with now, or why it would not. */
function loadConf(): Conf | string {
  const text = read(environmentFile(prefix)) ?? '';
  return refusalToStart(text, read) ?? readConf(text);
}

function loadFromDisk(gateway: Gateway, { declarativeConfig, plugins }: Conf): void {
  const declared = declarativeConfig && read(declarativeConfig);
  if (declared) gateway.load(declared, plugins);
}

/** What `kong prepare` has made. */
function defaultCertificate(): { cert: string; key: string } | undefined {
  const [cert, key] = ['crt', 'key'].map((end) => read(join(prefix, `ssl/kong-default.${end}`)));
  return cert && key ? { cert, key } : undefined;
}

/** As nginx before it serves: five times, half a second after each. */
async function tryAll({ proxyListen, adminListen, statusListen }: Conf): Promise<void> {
  const all = [...proxyListen, ...adminListen, ...statusListen];
  let taken: string[] = [];
  for (let attempt = 0; attempt < 5; attempt++) {
    const servers = await Promise.all(all.map(hold));
    taken = all.flatMap(({ host, port }, at) => (servers[at] ? [] : [`${host}:${port}`]));
    await Promise.all(servers.map((server) => server && once(server.close(), 'close')));
    if (taken.length === 0) return;
    await delay(500);
  }
  die(portsTaken(taken));
}

async function hold({ host, port }: Listen): Promise<Server | undefined> {
  const server = createServer();
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
