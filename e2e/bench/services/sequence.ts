import { startPostgres } from '../../../app-services/service-kit/testing/postgres-server.ts';
import { line } from '../report.ts';
import { load, post } from './load.ts';
import { startService, stopAll } from './processes.ts';

const CLIENTS = [1, 10, 100];
const ALLOCATIONS = 2000;

/** Numbers that many clients ask for at once, on both databases. Throws when one is lost, given twice or left out. */
export async function benchSequence(): Promise<void> {
  await allocate('SQLite', {});
  const postgres = startPostgres();
  if (postgres) {
    try {
      await allocate('PostgreSQL', { DATABASE_URL: postgres.url });
      await stopAll();
    } finally {
      postgres.stop();
    }
  } else {
    process.stdout.write('PostgreSQL is not installed here: allocations on it are left out.\n');
  }
}

async function allocate(database: string, settings: Record<string, string>): Promise<void> {
  const { url } = await startService('central-sequence-service', settings);
  let given = 0;
  for (const connections of CLIENTS) {
    let lastId = given;
    const numbers: number[] = [];
    const ms = await load(url, {
      amount: ALLOCATIONS,
      connections,
      requests: [() => post('/sequence', { elementType: 'action', elementId: ++lastId })],
      onAnswer: (_status, body) => numbers.push(JSON.parse(body).sequenceNumber),
    });
    refuseGaps(numbers, given);
    given += ALLOCATIONS;
    const answer = await fetch(`${url}/sequence?elementType=action&limit=1`);
    if (Number(answer.headers.get('x-total-count')) !== given) throw new Error(`${database}: allocations are lost`);
    const rate = (ALLOCATIONS / (ms / 1000)).toFixed(0);
    line(`sequence numbers on ${database}, ${connections} clients: in a second, none lost, doubled, skipped`, rate);
  }
}

/** They must be those that follow, each once. */
function refuseGaps(numbers: readonly number[], before: number): void {
  const wrong = [...numbers].sort((a, b) => a - b).findIndex((number, place) => number !== before + place + 1);
  if (wrong !== -1 || numbers.length !== ALLOCATIONS)
    throw new Error(`Number ${before + wrong + 1} is lost, doubled or skipped`);
}
