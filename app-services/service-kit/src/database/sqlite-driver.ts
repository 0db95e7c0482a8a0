import { setTimeout as delay } from 'node:timers/promises';
import type SqliteDatabase from 'better-sqlite3';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteDialect,
} from 'kysely';

/** Milliseconds between two tries, at most. */
const PAUSE_MS = 20;

type Execute = (query: CompiledQuery) => QueryResult<never> | Promise<QueryResult<never>>;

interface WaitingSqlite {
  dialect: Dialect;
  /** What kysely comes to at last, without its way there, which takes longer than many a query. */
  execute: Execute;
  /** The same, for who is in the transaction that is open. */
  executeWithin: Execute;
}

/**
 * kysely's dialect, but that nobody stands still while another process holds the file: SQLite itself would wait with the
 * whole process. Here writers wait in the order in which they came, up to `busyMs`, and readers go on meanwhile.
 */
export function createWaitingSqlite(file: SqliteDatabase.Database, busyMs: number): WaitingSqlite {
  const usual = new SqliteDialect({ database: file });
  const { driver, ...executing } = createDriver(file, busyMs);
  const dialect: Dialect = {
    createDriver: () => driver,
    createAdapter: () => new TakesTurnsItself(),
    createIntrospector: (query) => usual.createIntrospector(query),
    createQueryCompiler: () => usual.createQueryCompiler(),
  };
  return { dialect, ...executing };
}

/** kysely would have readers wait for a writer that waits. */
class TakesTurnsItself extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

interface Connection extends DatabaseConnection {
  /** Ends the turns of its transaction, once there is one. */
  release?: () => void;
}

function createDriver(file: SqliteDatabase.Database, busyMs: number) {
  // All statements share what SQLite calls a connection: while a transaction is open, no other may look.
  const beginning = file.prepare('begin immediate');
  const committing = file.prepare('commit');
  const fileTurns = createTurns();
  const writeTurns = createTurns();

  const executeWithin: Execute = ({ sql, parameters }) => run(file.prepare(sql), parameters);

  const execute: Execute = (query) => {
    // Most often nobody is before it.
    if (!fileTurns.areFree() || !writeTurns.areFree()) return executeInTurn(query);
    try {
      return executeWithin(query);
    } catch (error) {
      if (!isBusy(error)) throw error;
      return executeInTurn(query);
    }
  };

  async function executeInTurn({ sql, parameters }: CompiledQuery) {
    const until = performance.now() + busyMs;
    const statement = await patiently(until, () => file.prepare(sql));
    const inTurn = () => patiently(until, () => during(fileTurns, () => run(statement, parameters)));
    return statement.readonly ? inTurn() : during(writeTurns, inTurn);
  }

  function connect(): Connection {
    const connection: Connection = {
      executeQuery: async (query) => (connection.release ? executeWithin(query) : execute(query)),
      // biome-ignore lint/correctness/useYield: kysely wants one, and nothing is streamed
      async *streamQuery() {
        throw new Error('Nothing is streamed.');
      },
    };
    return connection;
  }

  const driver: Driver = {
    init: async () => {},
    acquireConnection: async () => connect(),
    async beginTransaction(connection: Connection) {
      const until = performance.now() + busyMs;
      const endWriting = await writeTurns.take();
      try {
        const endFile = await patiently(until, () => begin());
        connection.release = () => {
          endFile();
          endWriting();
        };
      } catch (error) {
        endWriting();
        throw error;
      }
    },
    async commitTransaction() {
      committing.run();
    },
    /** A full disk ends the transaction of itself; a rollback would then fail, and hide why. */
    async rollbackTransaction() {
      if (file.inTransaction) file.prepare('rollback').run();
    },
    async releaseConnection(connection: Connection) {
      connection.release?.();
      delete connection.release;
    },
    async destroy() {
      file.close();
    },
  };
  return { driver, execute, executeWithin };

  /** As a writer: who begins as a reader fails when another process wrote meanwhile (SQLITE_BUSY_SNAPSHOT). */
  async function begin() {
    const endFile = await fileTurns.take();
    try {
      beginning.run();
      return endFile;
    } catch (error) {
      endFile();
      throw error;
    }
  }
}

function run(statement: SqliteDatabase.Statement, parameters: readonly unknown[]) {
  if (statement.reader) return { rows: statement.all(parameters) as never[] };
  const { changes, lastInsertRowid } = statement.run(parameters);
  return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
}

/** Tries again while the file is busy, until then at the latest. */
async function patiently<T>(until: number, work: () => T | Promise<T>): Promise<T> {
  for (let pause = 1; ; pause = Math.min(2 * pause, PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error) || performance.now() >= until) throw error;
    }
    await delay(pause);
  }
}

const isBusy = (error: unknown) => String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY');

interface Turns {
  areFree(): boolean;
  /** Waits for one; what it gives must be called once, when the turn has ended. */
  take(): (() => void) | Promise<() => void>;
}

/** One after the other, in the order in which they ask. */
function createTurns(): Turns {
  let isTaken = false;
  const waiting: (() => void)[] = [];
  const end = () => {
    const next = waiting.shift();
    if (next) next();
    else isTaken = false;
  };
  return {
    areFree: () => !isTaken,
    take() {
      if (isTaken) return new Promise((resolve) => waiting.push(() => resolve(end)));
      isTaken = true;
      return end;
    },
  };
}

async function during<T>(turns: Turns, work: () => T | Promise<T>): Promise<T> {
  const end = await turns.take();
  try {
    return await work();
  } finally {
    end();
  }
}
