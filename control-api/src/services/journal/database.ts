import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { AppError } from '../../lib/errors.ts';

export interface Tables {
  operations: {
    id: string;
    operation: string;
    target: string;
    status: 'running' | 'succeeded' | 'failed' | 'interrupted';
    message: string;
    changed: 0 | 1;
    dry_run: 0 | 1;
    actor: string;
    reason: string | null;
    /** HMAC of operation, target and body: the same call has the same fingerprint. */
    fingerprint: string;
    started_at: string;
    ended_at: string | null;
    deadline_at: string;
    plan_hash: string | null;
    error: string | null;
    result: string | null;
  };
  events: { operation_id: string; seq: number; type: 'step' | 'output' | 'done'; data: string; at: string };
  locks: { target: string; operation_id: string };
  pins: {
    /** The host's identity: instance ARN and creation time, or the key's own fingerprint. */
    identity: string;
    region: string | null;
    instance_name: string | null;
    address: string;
    /** JSON list of {algorithm, publicKey}. */
    host_keys: string;
    pinned_at: string;
  };
  github_secrets: {
    /** In lower case, like `environment`, which is empty for the repository itself. */
    repository: string;
    environment: string;
    name: string;
    hmac: string;
    updated_at: string | null;
  };
}

/**
 * Opens the journal of a DATA_DIR and takes it: a second process that opens the same one is refused for as long as
 * this one lives, since SQLite's exclusive lock ends with its process.
 * @throws {DataDirInUse} when another process owns it
 * @throws {AppError} journal_unavailable when it cannot be read or written
 */
export function openDatabase(dataDir: string): { db: Kysely<Tables>; raw: Database.Database } {
  let raw: Database.Database | undefined;
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    raw = new Database(join(dataDir, 'journal.sqlite'), { timeout: 500 });
    raw.pragma('locking_mode = EXCLUSIVE');
    raw.pragma('journal_mode = WAL');
    raw.pragma('synchronous = FULL');
    raw.pragma('foreign_keys = ON');
    // The exclusive lock is taken by the first write, so there is one right here.
    raw.exec('BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS owner (pid INTEGER); DELETE FROM owner;');
    raw.prepare('INSERT INTO owner VALUES (?)').run(process.pid);
    raw.exec('COMMIT');
    const check = raw.pragma('quick_check', { simple: true });
    if (check !== 'ok') throw new Error(`the journal is damaged: ${String(check)}`);
  } catch (error) {
    raw?.close();
    throw translate(error, dataDir);
  }
  return { db: new Kysely<Tables>({ dialect: new SqliteDialect({ database: cachingStatements(raw) }) }), raw };
}

/** DATA_DIR belongs to another running control API. */
export class DataDirInUse extends Error {
  readonly code = 'data_dir_in_use';
}

function translate(error: unknown, dataDir: string): Error {
  const code = (error as { code?: string }).code ?? '';
  if (code.startsWith('SQLITE_BUSY')) {
    return new DataDirInUse(`data_dir_in_use: another control API owns ${dataDir}; end it or set another DATA_DIR`);
  }
  return journalUnavailable(error, dataDir);
}

/** A file that it may not write to SQLite opens for reading, and fails where it wants the lock of a writer. */
const unwritable = /^(EACCES|EPERM|EROFS|SQLITE_CANTOPEN|SQLITE_READONLY|SQLITE_IOERR_LOCK)/;

function unwritableHint(dataDir: string): string {
  const user = process.geteuid === undefined ? 'The user of this program' : `User ${process.geteuid()}`;
  return `${user} must be able to write to ${dataDir} and all in it: look at its owner, and for a read-only mount.`;
}

/**
 * Turns a failure of SQLite or of the file system below it into the error that the caller sees; with `dataDir`, which is
 * for whoever starts the program, it tells where that is and who must be able to write there.
 */
export function journalUnavailable(error: unknown, dataDir?: string): AppError {
  if (error instanceof AppError) return error;
  const { code = 'no code', message = String(error) } = error as { code?: string; message?: string };
  const where = dataDir === undefined ? '' : ` in ${dataDir}`;
  const more = dataDir !== undefined && unwritable.test(code) ? { hint: unwritableHint(dataDir) } : {};
  const told = `The journal${where} cannot be used: ${message} (${code})`;
  return new AppError('journal_unavailable', told, { ...more, cause: error });
}

/** Kysely prepares each query anew; keeping the statements makes it nearly twice as fast and holds memory down. */
function cachingStatements(raw: Database.Database): Database.Database {
  const cache = new Map<string, Database.Statement>();
  const prepare = raw.prepare.bind(raw);
  raw.prepare = ((sql: string) => {
    const known = cache.get(sql);
    if (known) return known;
    const statement = prepare(sql);
    cache.set(sql, statement);
    return statement;
  }) as typeof raw.prepare;
  return raw;
}
