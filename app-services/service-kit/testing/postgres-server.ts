import { spawnSync } from 'node:child_process';
import { chownSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

/** For vitest: one server for the whole run, where Debian's package is installed. */
export default function setup(project: TestProject): (() => void) | undefined {
  const server = startPostgres();
  if (!server) process.stdout.write('PostgreSQL is not installed: the tests on it are skipped.\n');
  project.provide('postgresUrl', server?.url);
  return server?.stop;
}

/** Starts a server with an empty database; `undefined` where Debian's package is not installed. */
export function startPostgres(): { url: string; stop(): void } | undefined {
  const [programs] = globSync('/usr/lib/postgresql/*/bin').sort().reverse();
  if (!programs) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'fountain-postgres-'));
  const run = asServerUser(folder);
  const data = join(folder, 'data');
  run(
    join(programs, 'initdb'),
    '--pgdata',
    data,
    '--username',
    'test',
    '--auth',
    'trust',
    '--encoding',
    'UTF8',
    '--no-sync',
  );
  // Only a socket: no port to choose, nothing for others to reach.
  const options = `-c listen_addresses='' -c unix_socket_directories=${folder} -c fsync=off -c max_connections=200`;
  run(
    join(programs, 'pg_ctl'),
    '--pgdata',
    data,
    '--wait',
    '--log',
    join(folder, 'log'),
    '--options',
    options,
    'start',
  );
  return {
    url: `postgres://test@localhost/postgres?host=${encodeURIComponent(folder)}`,
    stop() {
      run(join(programs, 'pg_ctl'), '--pgdata', data, '--wait', '--mode', 'immediate', 'stop');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The server refuses to run as root: there it runs as the user that the package made. */
function asServerUser(folder: string) {
  const root = process.getuid?.() === 0;
  if (root) {
    const id = Number(spawnSync('id', ['-u', 'postgres'], { encoding: 'utf8' }).stdout);
    chownSync(folder, id, id);
  }
  return (program: string, ...words: string[]) => {
    const [command = '', ...rest] = root ? ['runuser', '-u', 'postgres', '--', program, ...words] : [program, ...words];
    const { status, stderr, stdout } = spawnSync(command, rest, { encoding: 'utf8', cwd: folder });
    if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}${stdout}`);
  };
}
