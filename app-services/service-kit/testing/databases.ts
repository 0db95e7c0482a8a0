import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { describe, inject } from 'vitest';
import { type Config, loadConfig } from '../src/config.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of a server made for this run; undefined where PostgreSQL is not installed. */
    postgresUrl: string | undefined;
  }
}

type Settings = Readonly<Record<string, string>>;

export interface TestDatabase {
  kind: 'sqlite' | 'postgres';
  /**
   * Settings of a service on a database of its own that nobody has used; building the service from them again is a
   * restart. `settings` go before the usual ones: quiet, and without peers.
   */
  fresh(settings?: Settings): Promise<{ config: Config; drop(): Promise<void> }>;
}

/**
 * Runs a suite on SQLite and, where it is installed, on PostgreSQL; says so where it is not. With TEST_DATABASE=postgres it
 * is the half on PostgreSQL alone, which fails where there is none.
 */
export function databases(name: string, suite: (database: TestDatabase) => void): void {
  const alone = process.env.TEST_DATABASE === 'postgres';
  if (!alone) describe(`${name} on SQLite`, () => suite({ kind: 'sqlite', fresh: freshFile }));
  const server = inject('postgresUrl');
  const title = server ? `${name} on PostgreSQL` : `${name} on PostgreSQL: skipped, it is not installed here`;
  describe.skipIf(!server && !alone)(title, () =>
    suite({ kind: 'postgres', fresh: (settings) => freshDatabase(server ?? '', settings) }),
  );
}

const usual = {
  LOG_LEVEL: 'silent',
  PORT: '0',
  HOST: '127.0.0.1',
  DRAIN_MS: '0',
  CENTRAL_SEQUENCE_URL: '',
  PEER_TIMEOUT_MS: '20000',
};

async function freshFile(settings: Settings = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'fountain-service-'));
  return {
    config: loadConfig({ ...usual, DATA_DIR: dataDir, ...settings }),
    drop: async () => rmSync(dataDir, { recursive: true, force: true }),
  };
}

let made = 0;

async function freshDatabase(server: string, settings: Settings = {}) {
  const name = `test_${process.pid}_${++made}`;
  const url = new URL(server);
  const run = async (statement: string) => {
    const client = new pg.Client({ connectionString: server });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  await run(`create database ${name}`);
  url.pathname = `/${name}`;
  return {
    config: loadConfig({ ...usual, DATABASE_URL: url.href, ...settings }),
    drop: () => run(`drop database ${name} with (force)`),
  };
}
