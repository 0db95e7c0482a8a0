import { setTimeout as delay } from 'node:timers/promises';
import type SqliteDatabase from 'better-sqlite3';
import { type CompiledQuery, type Dialect, type Driver, type QueryResult, SqliteAdapter, SqliteDialect } from 'kysely';

/** Milliseconds between two tries, at most. */
const PAUSE_MS = 20;

type Execute = (query: CompiledQuery) => QueryResult<never> | Promise<QueryResult<never>>;

interface WaitingSqlite {
  execute: Execute;
  /** Runs `work` in a transaction that may write. */
  transact<T>(work: () => Promise<T>): Promise<T>;
  /** For who is in the transaction that is open; throws when none is. */
  executeWithin: Execute;
}

/**
 * A file of SQLite at which nobody stands still while another process holds it: SQLite itself would wait with the whole
 * process. Here writers wait in the order in which they came, up to `busyMs`, and readers go on meanwhile.
 */
export function createWaitingSqlite(file: SqliteDatabase.Database, busyMs: number): WaitingSqlite {
  // As a writer: who begins as a reader fails when another process wrote meanwhile (SQLITE_BUSY_SNAPSHOT).
  const beginning = file.prepare('begin immediate');
  const committing = file.prepare('commit');
  // All statements share what SQLite calls a connection: while a transaction is open, no other may look.
  const fileTurns = createTurns();
  const writeTurns = createTurns();

  const executeAtOnce: Execute = ({ sql, parameters }) => run(file.prepare(sql), parameters);

  const execute: Execute = (query) => {
    // Most often nobody is before it.
    if (!fileTurns.areFree() || !writeTurns.areFree()) return executeInTurn(query);
    try {
      return executeAtOnce(query);
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

  /** Takes the file's turn, which the transaction then has to end. */
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

  return {
    execute,
    executeWithin(query) {
      // Work that failed in one of several statements may have others still to come, and a full disk ends a transaction of itself.
      if (!file.inTransaction) throw new Error('The transaction has ended.');
      return executeAtOnce(query);
    },
    transact(work) {
      const until = performance.now() + busyMs;
      return during(writeTurns, async () => {
        const endFile = await patiently(until, begin);
        try {
          const result = await work();
          committing.run();
          return result;
        } catch (error) {
          // A full disk ends the transaction of itself; a rollback would then fail, and hide why.
          if (file.inTransaction) file.prepare('rollback').run();
          throw error;
        } finally {
          endFile();
        }
      });
    },
  };
}

/** kysely's dialect for SQLite, with another way to the file. */
export function dialectOf(file: SqliteDatabase.Database, execute: Execute): Dialect {
  const usual = new SqliteDialect({ database: file });
  const connection = {
    executeQuery: async (query: CompiledQuery) => execute(query),
    // biome-ignore lint/correctness/useYield: kysely wants one, and nothing is streamed
    async *streamQuery() {
      throw new Error('Nothing is streamed.');
    },
  };
  const noTransaction = () => Promise.reject(new Error('Transactions are begun by Database.write.'));
  const driver: Driver = {
    init: async () => {},
    acquireConnection: async () => connection,
    releaseConnection: async () => {},
    beginTransaction: noTransaction,
    commitTransaction: noTransaction,
    rollbackTransaction: noTransaction,
    destroy: async () => {},
  };
  return {
    createDriver: () => driver,
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
