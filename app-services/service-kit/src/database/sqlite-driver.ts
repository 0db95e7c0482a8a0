import { setTimeout as delay } from 'node:timers/promises';
import type SqliteDatabase from 'better-sqlite3';
import { type DatabaseConnection, type Dialect, type Driver, SqliteAdapter, SqliteDialect } from 'kysely';

/** Milliseconds between two tries, at most. */
const PAUSE_MS = 20;

/**
 * kysely's dialect, but that nobody stands still while another process holds the file: SQLite itself would wait with the
 * whole process. Here writers wait in the order in which they came, up to `busyMs`, and readers go on meanwhile.
 */
export function createWaitingDialect(file: SqliteDatabase.Database, busyMs: number): Dialect {
  const usual = new SqliteDialect({ database: file });
  return {
    createDriver: () => createDriver(file, busyMs),
    createAdapter: () => new TakesTurnsItself(),
    createIntrospector: (query) => usual.createIntrospector(query),
    createQueryCompiler: () => usual.createQueryCompiler(),
  };
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

function createDriver(file: SqliteDatabase.Database, busyMs: number): Driver {
  // All statements share what SQLite calls a connection: while a transaction is open, no other may look.
  const fileTurns = createTurns();
  const writeTurns = createTurns();

  async function executeInTurn(sql: string, parameters: readonly unknown[]) {
    const until = performance.now() + busyMs;
    const statement = await patiently(until, () => file.prepare(sql));
    const execute = () => patiently(until, () => during(fileTurns, () => run(statement, parameters)));
    return statement.readonly ? execute() : during(writeTurns, execute);
  }

  function connect(): Connection {
    const connection: Connection = {
      async executeQuery({ sql, parameters }) {
        if (connection.release) return run(file.prepare(sql), parameters);
        // Most often nobody is before it: then it does without promises, which take longer than many a query.
        if (fileTurns.areFree() && writeTurns.areFree()) {
          try {
            return run(file.prepare(sql), parameters);
          } catch (error) {
            if (!isBusy(error)) throw error;
          }
        }
        return executeInTurn(sql, parameters);
      },
      // biome-ignore lint/correctness/useYield: kysely wants one, and nothing is streamed
      async *streamQuery() {
        throw new Error('Nothing is streamed.');
      },
    };
    return connection;
  }

  return {
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
      file.prepare('commit').run();
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

  /** As a writer: who begins as a reader fails when another process wrote meanwhile (SQLITE_BUSY_SNAPSHOT). */
  async function begin() {
    const endFile = await fileTurns.take();
    try {
      file.prepare('begin immediate').run();
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
