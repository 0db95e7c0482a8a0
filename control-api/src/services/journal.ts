import type { Kysely } from 'kysely';
import type { Clock } from '../lib/clock.ts';
import { AppError, type Detail } from '../lib/errors.ts';
import type { FailureView, OperationEvent, OperationView } from '../schemas/operation.ts';
import { journalUnavailable, openDatabase, type Tables } from './journal/database.ts';
import { insertEvent, readEvents, view } from './journal/events.ts';
import { createWrittenSecrets, type WrittenSecrets } from './journal/github-secrets.ts';
import { migrate } from './journal/migrations.ts';
import { createPins, type Pins } from './journal/pins.ts';

export interface NewOperation {
  id: string;
  operation: string;
  /** What a person calls the target. */
  target: string;
  /** Identities of all that is locked, each once. */
  locks: readonly string[];
  /** HMAC of what was asked; not shown. */
  fingerprint: string;
  actor: string;
  reason: string | null;
  dryRun: boolean;
  startedAt: Date;
  deadlineAt: Date;
}

export interface Ending {
  status: 'succeeded' | 'failed' | 'interrupted';
  message: string;
  changed: boolean;
  endedAt: Date;
  error: FailureView | null;
  result: Record<string, unknown> | null;
}

/** A running operation that has a lock. */
export interface LockHolder {
  id: string;
  operation: string;
  actor: string;
  started_at: string;
}

/** The single memory of the control API: operations, their events, locks, pinned host keys and written secrets. */
export interface Journal {
  /**
   * Writes the operation's row and, unless it is a dry run, takes all of its locks, in one transaction.
   * @throws {AppError} target_locked, journal_unavailable
   */
  begin(operation: NewOperation): Promise<void>;
  /** Who has one of these locks now. */
  holder(locks: readonly string[]): Promise<LockHolder | undefined>;
  planned(id: string, planHash: string): Promise<void>;
  append(id: string, type: OperationEvent['type'], data: Record<string, unknown>): Promise<void>;
  /** Ends the operation and frees its locks, in one transaction. */
  end(id: string, ending: Ending): Promise<void>;
  get(id: string): Promise<OperationView | undefined>;
  list(filter: { limit: number; target?: string; status?: OperationView['status'] }): Promise<OperationView[]>;
  /** The newest dry run with this plan, or else the newest operation: its steps are what the caller saw. */
  withPlan(planHash: string): Promise<OperationView | undefined>;
  events(id: string, afterSeq: number): Promise<OperationEvent[]>;
  /** Calls the listener with each event as it is written; returns the way to stop. */
  subscribe(id: string, listener: (event: OperationEvent) => void): () => void;
  pins: Pins;
  writtenSecrets: WrittenSecrets;
  close(): Promise<void>;
}

/**
 * Opens the journal in a DATA_DIR, brings its schema up to date and settles what an earlier process left running.
 * @throws {DataDirInUse} when another process owns the folder
 * @throws {AppError} journal_unavailable when it cannot be read or written
 */
export async function openJournal(dataDir: string, clock: Clock): Promise<Journal> {
  const { db } = openDatabase(dataDir);
  try {
    await migrate(db);
    await settleInterrupted(db, clock.now());
  } catch (error) {
    await db.destroy();
    throw journalUnavailable(error);
  }
  return createJournal(db, clock);
}

function createJournal(db: Kysely<Tables>, clock: Clock): Journal {
  const listeners = new Map<string, Set<(event: OperationEvent) => void>>();
  const guard = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw journalUnavailable(error);
    }
  };
  const tell = (id: string, event: OperationEvent) => {
    for (const listener of listeners.get(id) ?? []) listener(event);
  };
  const append = async (id: string, type: OperationEvent['type'], data: Record<string, unknown>) => {
    tell(id, await insertEvent(db, id, type, data, clock.now()));
  };

  return {
    begin: (operation) => guard(() => begin(db, operation)),
    holder: (locks) => guard(() => holderOf(db, locks)),
    planned: (id, planHash) =>
      guard(async () => {
        await db.updateTable('operations').set({ plan_hash: planHash }).where('id', '=', id).execute();
      }),
    append: (id, type, data) => guard(() => append(id, type, data)),
    end: (id, ending) =>
      guard(async () => {
        const event = await db.transaction().execute(async (trx) => {
          await writeEnding(trx, id, ending);
          return insertEvent(trx, id, 'done', { status: ending.status, message: ending.message }, ending.endedAt);
        });
        tell(id, event);
        listeners.delete(id);
      }),
    get: (id) =>
      guard(async () => {
        const row = await db.selectFrom('operations').selectAll().where('id', '=', id).executeTakeFirst();
        return row && view(db, row);
      }),
    list: ({ limit, target, status }) =>
      guard(async () => {
        let query = db.selectFrom('operations').selectAll().orderBy('id', 'desc').limit(limit);
        if (target) query = query.where('target', '=', target);
        if (status) query = query.where('status', '=', status);
        return Promise.all((await query.execute()).map((row) => view(db, row)));
      }),
    withPlan: (planHash) =>
      guard(async () => {
        const query = db.selectFrom('operations').selectAll().where('plan_hash', '=', planHash);
        const row = await query.orderBy('dry_run', 'desc').orderBy('id', 'desc').limit(1).executeTakeFirst();
        return row && view(db, row);
      }),
    events: (id, afterSeq) => guard(() => readEvents(db, id, afterSeq)),
    subscribe(id, listener) {
      const set = listeners.get(id) ?? new Set();
      listeners.set(id, set.add(listener));
      return () => {
        set.delete(listener);
        if (set.size === 0 && listeners.get(id) === set) listeners.delete(id);
      };
    },
    pins: createPins(db, guard, clock),
    writtenSecrets: createWrittenSecrets(db, guard),
    close: () => db.destroy(),
  };
}

async function begin(db: Kysely<Tables>, operation: NewOperation): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const { id, target } = operation;
    const locks = operation.dryRun ? [] : operation.locks;
    await refuseIfLocked(trx, locks, target);
    await trx
      .insertInto('operations')
      .values({
        id,
        operation: operation.operation,
        target,
        status: 'running',
        message: 'running',
        changed: 0,
        dry_run: operation.dryRun ? 1 : 0,
        actor: operation.actor,
        reason: operation.reason,
        fingerprint: operation.fingerprint,
        started_at: operation.startedAt.toISOString(),
        ended_at: null,
        deadline_at: operation.deadlineAt.toISOString(),
        plan_hash: null,
        error: null,
        result: null,
      })
      .execute();
    for (const lock of locks) await trx.insertInto('locks').values({ target: lock, operation_id: id }).execute();
  });
}

async function holderOf(db: Kysely<Tables>, locks: readonly string[]): Promise<LockHolder | undefined> {
  if (locks.length === 0) return undefined;
  return db
    .selectFrom('locks')
    .innerJoin('operations', 'operations.id', 'locks.operation_id')
    .select(['operations.id', 'operations.operation', 'operations.actor', 'operations.started_at'])
    .where('locks.target', 'in', locks)
    .executeTakeFirst();
}

async function refuseIfLocked(trx: Kysely<Tables>, locks: readonly string[], target: string): Promise<void> {
  const holder = await holderOf(trx, locks);
  if (!holder) return;
  const { id, operation, actor, started_at } = holder;
  const detail: Detail = { message: 'held by', operation_id: id, operation, actor, started_at };
  throw new AppError('target_locked', `${target} is held by ${operation} (${id}), started ${started_at} by ${actor}.`, {
    hint: `Wait for it: GET /operations/${id}, or follow GET /operations/${id}/events.`,
    details: [detail],
  });
}

async function writeEnding(trx: Kysely<Tables>, id: string, ending: Ending): Promise<void> {
  await trx
    .updateTable('operations')
    .set({
      status: ending.status,
      message: ending.message,
      changed: ending.changed ? 1 : 0,
      ended_at: ending.endedAt.toISOString(),
      error: ending.error && JSON.stringify(ending.error),
      result: ending.result && JSON.stringify(ending.result),
    })
    .where('id', '=', id)
    .execute();
  await trx.deleteFrom('locks').where('operation_id', '=', id).execute();
}

/** Ends what was running when its process died; of a step that was under way the outcome is not known. */
async function settleInterrupted(db: Kysely<Tables>, now: Date): Promise<void> {
  const left = await db.selectFrom('operations').selectAll().where('status', '=', 'running').execute();
  for (const row of left) {
    const { steps } = await view(db, row);
    const message = 'The control API ended while this was running; repeat the call, it goes on where this stopped.';
    await db.transaction().execute(async (trx) => {
      const error = { code: 'connection_lost', message, hint: 'Repeat the call.' };
      const changed = steps.some((step) => step.outcome === 'changed');
      await writeEnding(trx, row.id, { status: 'interrupted', message, changed, endedAt: now, error, result: null });
      await insertEvent(trx, row.id, 'done', { status: 'interrupted', message }, now);
    });
  }
  await db.deleteFrom('locks').execute();
}
