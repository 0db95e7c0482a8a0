import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { line, median, timed } from './report.ts';

const root = new URL('../../', import.meta.url).pathname;
/** For a process that shall stay small: the interpreter and the optimiser, without the compilers in between. */
const FLAGS = [
  '--max-semi-space-size=1',
  '--max-old-space-size=96',
  '--optimize-for-size',
  '--no-maglev',
  '--no-sparkplug',
];
const ENVIRONMENT = { MALLOC_ARENA_MAX: '1', UV_THREADPOOL_SIZE: '1' };
const REQUESTS = 2000;
const STARTS = 5;

/** Memory and start of the bundled control API. */
export async function benchBundle(): Promise<void> {
  execFileSync(process.execPath, [join(root, 'control-api/bundle.ts')]);
  const starts: number[] = [];
  const nodes: number[] = [];
  let idle = 0;
  let loaded = 0;
  for (let round = 0; round < STARTS; round++) {
    nodes.push(await timed(async () => execFileSync(process.execPath, ['-e', '0'])));
    const api = await start();
    starts.push(api.startMs);
    if (round === STARTS - 1) {
      idle = residentMb(api.pid);
      await load(api.baseUrl);
      loaded = residentMb(api.pid);
    }
    await api.stop();
  }
  line('bundled control API: MB resident, idle', idle.toFixed(0), 'limit 105');
  line(`bundled control API: MB resident after ${REQUESTS} requests`, loaded.toFixed(0), 'limit 115');
  line('bundled control API: start, ratio to `node -e 0`', (median(starts) / median(nodes)).toFixed(1), 'limit 16');
}

async function start() {
  const dataDir = mkdtempSync(join(tmpdir(), 'fountain-bench-'));
  const began = performance.now();
  const child = spawn(process.execPath, [...FLAGS, join(root, 'control-api/dist/server.mjs')], {
    env: { PATH: process.env.PATH, ...ENVIRONMENT, PORT: '0', DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const baseUrl = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += String(chunk);
      const address = /Server listening at (http:\/\/[\d.:]+)/.exec(said)?.[1];
      if (address) resolve(address);
    });
    child.once('exit', (code) => reject(new Error(`the bundle ended with ${code}`)));
  });
  return {
    baseUrl,
    pid: child.pid as number,
    startMs: performance.now() - began,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function load(baseUrl: string): Promise<void> {
  for (let request = 0; request < REQUESTS; request++) {
    const response = await fetch(`${baseUrl}${request % 2 === 0 ? '/operations' : '/openapi.json'}`);
    await response.arrayBuffer();
  }
}

function residentMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}
