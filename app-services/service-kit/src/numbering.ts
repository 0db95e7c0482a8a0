import { bulkhead } from 'cockatiel';
import { type Kysely, sql } from 'kysely';
import type { Config } from './config.ts';
import type { Caller } from './contract.ts';
import type { Database } from './database/database.ts';
import { prepare } from './database/prepare.ts';
import { ServiceError } from './errors.ts';
import { createPeer, type Peer, PeerRefusal, type PeerState } from './peer.ts';

/** One row for each type of element that a service makes; `createElementCounters` makes them in a migration. */
export interface NumberingTables {
  element_counters: { element_type: string; last_id: number; last_number: number };
}

export interface NewElement {
  id: number;
  sequenceNumber: number;
}

export interface Move {
  elementId: number;
  newSequence: number;
}

/** Gives new elements their ids and numbers. No transaction of its own is open while another service is asked. */
export interface Numbering<Tables> {
  /**
   * Makes an element. What can be refused must be refused before: an id once reserved is not used again. `insert` runs
   * in the transaction that keeps the row; whatever ends the process before that leaves nothing but an unused id.
   * @throws {ServiceError} 503 peer_unavailable, 502 peer_answer
   */
  create<T>(
    type: string,
    context: Caller,
    insert: (own: Kysely<Tables>, element: NewElement) => Promise<T>,
  ): Promise<T>;
  /**
   * The current numbers of elements, where order matters. `copies`: the service's own, by element id; they stand in
   * while the sequence service cannot be asked, which the log and the header X-Sequence-Numbers: copies then say.
   */
  lookUpSequenceNumbers(
    type: string,
    copies: ReadonlyMap<number, number>,
    context: Caller,
  ): Promise<{ numbers: ReadonlyMap<number, number>; headers: Record<string, string> }>;
  /**
   * Moves elements that exist, all or none: at the sequence service first, then the copies by `update`.
   * @throws {ServiceError} 503 peer_unavailable, 502 peer_answer: nothing has changed here
   */
  reorder(
    type: string,
    moves: readonly Move[],
    context: Caller,
    update: (own: Kysely<Tables>) => Promise<void>,
  ): Promise<void>;
  /** For /ready. */
  peer: PeerState;
}

const PEER = 'central-sequence-service';
/** Elements in one look-up, by the peer's contract. */
const AT_ONCE = 20_000;
/** The part of a peer's time that a look-up may take: who reads from us waits no longer than we do, and shall get the copies. */
const LOOK_UP_PART = 0.25;

/** For a migration: the counters of new types of elements. */
// biome-ignore lint/suspicious/noExplicitAny: a migration works on tables that no type of today describes
export async function createElementCounters(query: Kysely<any>, types: readonly string[]): Promise<void> {
  await query.schema
    .createTable('element_counters')
    .ifNotExists()
    .addColumn('element_type', 'text', (column) => column.primaryKey())
    .addColumn('last_id', 'bigint', (column) => column.notNull())
    .addColumn('last_number', 'bigint', (column) => column.notNull())
    .execute();
  const rows = types.map((element_type) => ({ element_type, last_id: 0, last_number: 0 }));
  await query.insertInto('element_counters').values(rows).execute();
}

/** Setting CENTRAL_SEQUENCE_URL: the sequence service; '' for none: then numbers are given here, from 1, without gaps. */
export function createNumbering<Tables extends NumberingTables>(
  database: Database<Tables>,
  config: Pick<Config, 'peerUrl' | 'peerTimeoutMs'>,
): Numbering<Tables> {
  const baseUrl = config.peerUrl('CENTRAL_SEQUENCE_URL', `http://${PEER}:8080`);
  if (baseUrl === '') return numberLocally(database);
  const asked = (timeoutMs: number) => createPeer({ name: PEER, baseUrl, timeoutMs });
  // Apart, since look-ups that take too long shall not keep elements from being made.
  const lookUps = asked(Math.ceil(config.peerTimeoutMs * LOOK_UP_PART));
  return numberByPeer(database, asked(config.peerTimeoutMs), lookUps);
}

function numberLocally<Tables extends NumberingTables>(database: Database<Tables>): Numbering<Tables> {
  const { write } = database;
  const comeBehind = prepareComeBehind(database);
  const countUp = prepare(database, (prepared, value) =>
    countersOf(prepared)
      .set({ last_id: sql`last_id + 1`, last_number: sql`last_number + 1` })
      .where('element_type', '=', value('type'))
      .returning(['last_id', 'last_number']),
  );
  return {
    create: (type, _context, insert) =>
      write(async (own) => {
        const { last_id, last_number } = only(await countUp(own, { type }));
        return insert(own, { id: last_id, sequenceNumber: last_number });
      }),
    lookUpSequenceNumbers: async (_type, copies) => ({ numbers: copies, headers: {} }),
    reorder: (type, moves, _context, update) =>
      write(async (own) => {
        await comeBehind(own, { type, number: highest(moves) });
        await update(own);
      }),
    peer: { name: PEER, state: () => 'not set: numbers are given here' },
  };
}

function numberByPeer<Tables extends NumberingTables>(
  database: Database<Tables>,
  peer: Peer,
  lookUps: Peer,
): Numbering<Tables> {
  const { write } = database;
  const comeBehind = prepareComeBehind(database);
  const countUp = prepare(database, (prepared, value) =>
    countersOf(prepared)
      .set({ last_id: sql`last_id + 1` })
      .where('element_type', '=', value('type'))
      .returning('last_id'),
  );
  // Copies must follow in the order in which the peer was told.
  const inTurn = bulkhead(1, Number.MAX_SAFE_INTEGER);

  const reserveId = (type: string) => write(async (own) => only(await countUp(own, { type })).last_id);

  async function numberOf(elementType: string, elementId: number, requestId: string): Promise<number> {
    const body = { elementType, elementId };
    const answer = await peer.call<{ sequenceNumber?: unknown } | null>({
      method: 'POST',
      path: '/sequence',
      body,
      requestId,
    });
    return aNumber(answer?.sequenceNumber);
  }

  async function moveAtPeer(elementType: string, elements: readonly Move[], requestId: string): Promise<void> {
    const move = () =>
      peer.call({ method: 'POST', path: '/sequence/reorder', body: { elementType, elements }, requestId });
    try {
      await move();
    } catch (error) {
      if (!(error instanceof PeerRefusal) || error.answered !== 404) throw error;
      // Made before this service had the peer, or the peer was put back to an older state: asking makes them known.
      for (const { elementId } of elements) await numberOf(elementType, elementId, requestId);
      await move();
    }
  }

  async function ask(elementType: string, elementIds: readonly number[], requestId: string) {
    const request = { method: 'POST', path: '/sequence/lookup', requestId, once: true } as const;
    const answer = await lookUps.call<{ elements?: { elementId?: unknown; sequenceNumber?: unknown }[] } | null>({
      ...request,
      body: { elementType, elementIds },
    });
    if (!Array.isArray(answer?.elements)) throw noNumber();
    return answer.elements.map((one) => [aNumber(one?.elementId), aNumber(one?.sequenceNumber)] as const);
  }

  return {
    async create(type, { requestId }, insert) {
      const id = await reserveId(type);
      const sequenceNumber = await numberOf(type, id, requestId);
      return write(async (own) => {
        await comeBehind(own, { type, number: sequenceNumber });
        return insert(own, { id, sequenceNumber });
      });
    },
    async lookUpSequenceNumbers(type, copies, { requestId, log }) {
      try {
        const numbers = new Map(copies);
        const ids = [...copies.keys()];
        for (let at = 0; at < ids.length; at += AT_ONCE) {
          for (const [id, number] of await ask(type, ids.slice(at, at + AT_ONCE), requestId)) numbers.set(id, number);
        }
        return { numbers, headers: {} };
      } catch (error) {
        log.warn({ err: error }, `${PEER} was not reached: sequence numbers are copies`);
        return { numbers: copies, headers: { 'x-sequence-numbers': 'copies' } };
      }
    },
    reorder: (type, moves, { requestId }, update) =>
      inTurn.execute(async () => {
        await moveAtPeer(type, moves, requestId);
        await write(async (own) => {
          await comeBehind(own, { type, number: highest(moves) });
          await update(own);
        });
      }),
    peer: { name: PEER, state: () => stateOf([peer.state(), lookUps.state()]) },
  };
}

/** Of one peer that is asked in two ways. */
const stateOf = (states: readonly string[]) =>
  ['unreachable', 'reachable'].find((state) => states.includes(state)) ?? states[0] ?? '';

/** What is numbered here later, should the peer be taken away, comes behind this. Also makes other writers of the type wait. */
const prepareComeBehind = <Tables extends NumberingTables>(database: Database<Tables>) =>
  prepare(database, (prepared, value) =>
    countersOf(prepared)
      .set({
        last_number: sql`case when last_number < ${value('number')} then ${value('number')} else last_number end`,
      })
      .where('element_type', '=', value('type')),
  );

/** A type has a row since the migration that brought it. */
function only<Row>([row]: readonly Row[]): Row {
  if (!row) throw new Error('The type has no counter.');
  return row;
}

/** kysely's types cannot see that a service's tables hold these. */
const countersOf = (own: unknown) => (own as Kysely<NumberingTables>).updateTable('element_counters');

const highest = (moves: readonly Move[]) => moves.reduce((most, { newSequence }) => Math.max(most, newSequence), 0);

function aNumber(value: unknown): number {
  if (!Number.isSafeInteger(value) || Number(value) < 1) throw noNumber();
  return Number(value);
}

const noNumber = () => new ServiceError(502, 'peer_answer', `${PEER} answered without a number.`);
