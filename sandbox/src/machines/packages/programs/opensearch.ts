import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import {
  checkConfiguration,
  checkHeap,
  createNode,
  httpHosts,
  httpPort,
  neededMb,
  readSettings,
  startupFailure,
} from '../../../stand-ins/opensearch/index.ts';

/** The stand-in's node as a service of a real machine: reads its files, takes its memory, listens, tells systemd. */

const HOME = process.env.OPENSEARCH_HOME ?? '/usr/share/opensearch';
const CONFIG = process.env.OPENSEARCH_PATH_CONF ?? '/etc/opensearch';
/** In place of the security plugin's index: what passwords there are, also after a restart. */
const USERS = '/var/lib/opensearch/security-index.json';
const MEBIBYTE = 1024 ** 2;

const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
const yml = read(join(CONFIG, 'opensearch.yml')) ?? '';
const options = jvmOptions();
const settings = readSettings(yml);
const cluster = typeof settings === 'object' ? String(settings['cluster.name'] ?? 'opensearch') : 'opensearch';

const complaint = checkHeap(options) ?? checkConfiguration(yml, read, readdirSync(join(HOME, 'plugins')));
if (complaint !== undefined || typeof settings === 'string') {
  const isJvm = checkHeap(options) !== undefined;
  fail(startupFailure(complaint ?? String(settings), cluster), isJvm ? 1 : 78);
}
process.title = 'java';
// A JVM is ended by SIGTERM in order, and says so by this code.
process.once('SIGTERM', () => process.exit(143));
const memory = take(neededMb(options));
await listen();
log(`started, with ${memory.length} MB beside its own`);
spawnSync('systemd-notify', ['--ready'], { stdio: 'inherit' });

function jvmOptions(): string[] {
  const folder = join(CONFIG, 'jvm.options.d');
  const more = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.options')) : [];
  return [join(CONFIG, 'jvm.options'), ...more.sort().map((name) => join(folder, name))].map(
    (path) => read(path) ?? '',
  );
}

/** Memory as a JVM takes it that touches all of its heap at the start, as OpenSearch's does: every page is written. */
function take(megabytes: number): Buffer[] {
  const own = Math.round(process.memoryUsage.rss() / MEBIBYTE);
  return Array.from({ length: Math.max(0, megabytes - own) }, () => Buffer.alloc(MEBIBYTE, 1));
}

async function listen(): Promise<void> {
  const users = new Map(Object.entries(JSON.parse(read(USERS) ?? '{}') as Record<string, string>));
  const onUsers = () => writeFileSync(USERS, JSON.stringify(Object.fromEntries(users)), { mode: 0o600 });
  const node = createNode({ version: versionOf(), yml, read, users, onUsers });
  if (typeof settings === 'string') return;
  const port = httpPort(settings);
  for (const host of httpHosts(settings)) {
    const [failed] = await node.listen([{ host, port }]).then(
      () => [],
      (error: NodeJS.ErrnoException) => [error],
    );
    const why = failed?.code === 'EADDRINUSE' ? 'Address already in use' : 'Cannot assign requested address';
    if (failed)
      fail(startupFailure(`BindHttpException[Failed to bind to ${host}:${port}]; nested: BindException[${why}]`), 1);
  }
}

function versionOf(): string {
  const manifest = parse(read(join(HOME, 'manifest.yml')) ?? '') as { build: { version: string } };
  return manifest.build.version;
}

function log(line: string): void {
  appendFileSync(`/var/log/opensearch/${cluster}.log`, `${line}\n`);
}

function fail(words: string, code: number): never {
  log(words);
  console.error(words);
  process.exit(code);
}
