import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Running, start } from './processes.ts';

const folder = new URL('python/', import.meta.url).pathname;
/** Kept between runs. */
const environment = new URL('dist/python/', import.meta.url).pathname;
const INSTALL_MS = 120_000;

/** Starts the same endpoints in FastAPI + SQLAlchemy + SQLite, one worker; `undefined` where they cannot be installed. */
export async function startPython(): Promise<Running | undefined> {
  try {
    install();
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    process.stdout.write(`FastAPI cannot be installed here, so it is left out: ${why}\n`);
    return undefined;
  }
  return start({
    name: 'FastAPI',
    command: join(environment, 'bin/python'),
    words: [join(folder, 'server.py')],
  });
}

function install(): void {
  const wanted = join(folder, 'requirements.txt');
  const installed = join(environment, 'requirements.txt');
  if (existsSync(installed) && readFileSync(installed, 'utf8') === readFileSync(wanted, 'utf8')) return;
  const run = (command: string, ...words: string[]) =>
    execFileSync(command, words, { timeout: INSTALL_MS, stdio: ['ignore', 'ignore', 'pipe'] });
  run('python3', '-m', 'venv', '--clear', environment);
  run(join(environment, 'bin/pip'), 'install', '--quiet', '--disable-pip-version-check', '--requirement', wanted);
  copyFileSync(wanted, installed);
}
