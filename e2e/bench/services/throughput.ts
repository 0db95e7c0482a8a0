import { line, median } from '../report.ts';
import { load, type Request } from './load.ts';
import { processorMs } from './process-figures.ts';
import { type Running, start, startService, stopAll, tuning } from './processes.ts';
import { startPython } from './python.ts';

const SERVICE = 'character-management-api';
/** Many and short: what else runs on the machine then slows all of them alike. */
const ROUNDS = 21;
/** Of them, before anything is measured. */
const WARM_UP = 5;
const CONNECTIONS = 10;
const description =
  'Daughter of Capulet, thirteen years old; meets Romeo at a feast of her father and marries him in secret.';
const create: Operation = {
  name: 'create',
  amount: 300,
  request: { method: 'POST', path: '/characters', body: { name: 'Juliet', description } },
};
const list: Operation = { name: 'list of 100', amount: 80, request: { method: 'GET', path: '/characters?limit=100' } };

interface Operation {
  name: string;
  amount: number;
  request: Request;
}

interface Cost {
  /** Requests in a second. */
  rate: number;
  /** Milliseconds of a processor for a request. */
  processor: number;
}

/** Creating and listing characters: the service, alone and with its peer, beside bare Fastify and beside Python. */
export async function benchThroughput(): Promise<void> {
  const sequence = await startService('central-sequence-service');
  const ours = await startService(SERVICE);
  const withPeer = await startService(SERVICE, { CENTRAL_SEQUENCE_URL: sequence.url });
  const bare = await startBare();
  const python = await startPython();
  const contenders = { ours, bare, withPeer, python };
  for (const one of Object.values(contenders)) if (one) await warmUp(one);
  // What a list costs depends on how many there are: first of all, then.
  await compare(list, contenders);
  await compare(create, contenders);
  await stopAll();
}

const startBare = () =>
  start({
    name: 'bare Fastify',
    command: process.execPath,
    words: [...tuning.flags, new URL('bare-server.ts', import.meta.url).pathname],
    env: tuning.env,
  });

/** Until what is asked often is compiled. */
async function warmUp({ url }: Running): Promise<void> {
  for (const { amount, request } of [create, list]) {
    await load(url, { amount: WARM_UP * amount, connections: CONNECTIONS, requests: [request] });
  }
}

interface Contenders {
  ours: Running;
  bare: Running;
  withPeer: Running;
  python: Running | undefined;
}

async function compare(
  { name, amount, request }: Operation,
  { ours, bare, withPeer, python }: Contenders,
): Promise<void> {
  const rounds: { ours: Cost; bare: Cost; withPeer: Cost; python: Cost | undefined }[] = [];
  const measure = (running: Running, requests = amount) => costOf(running, request, requests);
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push({
      ours: await measure(ours),
      bare: await measure(bare),
      withPeer: await measure(withPeer),
      python: python && (await measure(python, amount / 4)),
    });
  }
  const middle = (of: (round: (typeof rounds)[number]) => number) => median(rounds.map(of)).toFixed(2);
  const what = `${SERVICE}, ${name}`;
  line(`${what}: requests in a second`, median(rounds.map((round) => round.ours.rate)).toFixed(0));
  line(
    `${what}: ratio to bare Fastify with the same SQL`,
    middle((round) => round.ours.rate / round.bare.rate),
    'at least 0.6',
  );
  line(
    `${what}: the same by processor time`,
    middle((round) => round.bare.processor / round.ours.processor),
  );
  line(
    `${what}: ratio with the sequence service as peer to without`,
    middle((round) => round.withPeer.rate / round.ours.rate),
  );
  if (!python) return;
  const pythonRate = (round: (typeof rounds)[number]) => round.python?.rate ?? Number.NaN;
  line(`${what}: requests in a second, FastAPI + SQLAlchemy`, median(rounds.map(pythonRate)).toFixed(0));
  line(
    `${what}: ratio to FastAPI + SQLAlchemy`,
    middle((round) => round.ours.rate / pythonRate(round)),
    'at least 3',
  );
}

async function costOf({ url, pid }: Running, request: Request, amount: number): Promise<Cost> {
  const before = processorMs(pid);
  const ms = await load(url, { amount, connections: CONNECTIONS, requests: [request] });
  return { rate: amount / (ms / 1000), processor: (processorMs(pid) - before) / amount };
}
