import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'yaml';
import { cost } from '../../test/kong-host.ts';
import { line, median, quantile } from '../report.ts';
import { readScripts, type Script } from './door.ts';
import { type Load, type Outcome, putLoad } from './load.ts';
import { type App, NUMBERS, openScene, SCRIPTS, type Scene, TIME_SCALE } from './scene.ts';

/** Before each release, so that what it costs is seen beside what is usual. */
const REST_MS = 1000;
/** Releases of the sequence service. */
const OF_NUMBERS = 2;
/** Releases without drain: each of them cuts something off. */
const WITHOUT_DRAIN = 2;
const endAtOnce = { NODE_OPTIONS: `--import=${new URL('end-at-once.ts', import.meta.url).href}` };
const root = new URL('../../../', import.meta.url);

interface Run {
  name: string;
  app: App;
  count: number;
  env?: Record<string, string>;
}

interface Result extends Outcome {
  seconds: readonly number[];
  /** Acknowledged, and not there; and there more than once. */
  lost: number;
  doubled: number;
}

/** Prints what replacing services behind the gateway costs those who use them. Gives what is not as it must be. */
export async function benchGateway(count: number): Promise<string[]> {
  say(`Virtual hosts with ${TIME_SCALE} of every wait, the timing contract's included; real services and control API.`);
  const scene = await openScene();
  say(`Deployed: ${NUMBERS}, ${SCRIPTS}, the gateway. Now ${count} releases under load.`);
  try {
    const scripts = await run(scene, { name: 'with drain', app: SCRIPTS, count });
    const numbers = await run(scene, { name: 'numbers', app: NUMBERS, count: OF_NUMBERS });
    await scene.deploy(SCRIPTS, endAtOnce);
    const without = await run(scene, { name: 'without drain', app: SCRIPTS, count: WITHOUT_DRAIN, env: endAtOnce });
    const applied = await cost(scene.world, scene.gateway, scene.gateway.apply);
    line('unchanged apply-kong-config: connections', String(applied.connections), 'limit 1');
    line('unchanged apply-kong-config: execs', String(applied.execs), 'limit 1');
    printConfiguration();
    const unchanged = applied.answer.body.changed === false && applied.connections === 1 && applied.execs === 1;
    return [
      ...problems(`${count} releases of ${SCRIPTS}`, scripts),
      ...problems(`${OF_NUMBERS} releases of ${NUMBERS}`, numbers),
      ...(failed(without) === 0 ? ['without drain no request failed: this would not notice a service without'] : []),
      ...(unchanged ? [] : [`unchanged apply-kong-config: ${JSON.stringify(applied)}`]),
    ];
  } finally {
    await scene.close();
  }
}

/** Deploys and rolls back in turn, under load. */
async function run(scene: Scene, { name, app, count, env = {} }: Run): Promise<Result> {
  const load = putLoad(scene.door, name);
  const seconds: number[] = [];
  for (let nth = 1; nth <= count; nth++) {
    load.phase = 'at rest';
    await delay(REST_MS);
    load.phase = 'while releases change';
    const forward = nth % 2 === 1;
    const took = await (forward ? scene.deploy(app, env) : scene.rollBack(app));
    seconds.push(took);
    say(`${name}: ${nth}/${count} ${forward ? 'deploy' : 'rollback'} in ${took.toFixed(1)} s, ${told(load)}`);
  }
  const outcome = await load.end();
  const result = { ...outcome, seconds, ...compare(outcome, await readScripts(scene.door, name)) };
  print(`${app}, ${name}`, result);
  return result;
}

const told = (load: Load) => `${load.failed()} of ${load.sent()} requests failed`;

function compare({ acknowledged }: Outcome, found: readonly Script[]) {
  const times = new Map<string, number>();
  for (const { title, scriptId } of found) {
    for (const key of [title, String(scriptId)]) times.set(key, (times.get(key) ?? 0) + 1);
  }
  const keys = acknowledged.flatMap(({ title, scriptId }) => [title, String(scriptId)]);
  const given = new Set(acknowledged.map(({ sequenceNumber }) => sequenceNumber));
  return {
    lost: keys.filter((key) => !times.has(key)).length,
    doubled: [...times.values()].filter((one) => one > 1).length + acknowledged.length - given.size,
  };
}

function print(what: string, { seconds, sent, rate, acknowledged, lost, doubled, failures, latencies }: Result): void {
  line(`${what}: releases (deploys and rollbacks)`, String(seconds.length));
  line(
    `${what}: seconds for each, median (most)`,
    `${median(seconds).toFixed(1)} (${Math.max(...seconds).toFixed(1)})`,
  );
  line(`${what}: requests`, String(sent));
  line(`${what}: requests in a second`, rate.toFixed(0), 'at least 100');
  const limit = what.endsWith('without drain') ? 'at least 1' : 'limit 0';
  line(`${what}: requests that failed`, String(failed({ failures })), limit);
  for (const [kind, times] of Object.entries(failures)) line(`  ${kind}`, String(times));
  line(`${what}: scripts acknowledged`, String(acknowledged.length));
  line(`${what}: of them lost, or there twice`, `${lost}, ${doubled}`, 'limit 0, 0');
  for (const [name, share] of [
    ['p50', 0.5],
    ['p99', 0.99],
  ] as const) {
    const [rest, change] = [quantile(latencies['at rest'], share), quantile(latencies['while releases change'], share)];
    line(`${what}: ${name} in ms while releases change and at rest`, `${change.toFixed(1)}, ${rest.toFixed(1)}`);
    line(`${what}: ${name}, ratio`, (change / rest).toFixed(2));
  }
}

function printConfiguration(): void {
  const text = readFileSync(new URL('kong/kong.yml', root), 'utf8');
  const { services }: { services: { name: string; routes: object[] }[] } = parse(text);
  for (const { name, routes } of services) line(`kong.yml: routes of ${name}`, String(routes.length));
  line('kong.yml: bytes', String(Buffer.byteLength(text)));
}

function problems(what: string, result: Result): string[] {
  const { lost, doubled } = result;
  return [
    ...(failed(result) > 0 ? [`${what}: ${failed(result)} requests failed`] : []),
    ...(lost + doubled > 0 ? [`${what}: ${lost} scripts lost, ${doubled} there twice`] : []),
  ];
}

const failed = ({ failures }: Pick<Outcome, 'failures'>) => Object.values(failures).reduce((sum, one) => sum + one, 0);

/** With the seconds since the beginning. */
function say(text: string): void {
  process.stdout.write(`${(performance.now() / 1000).toFixed(0).padStart(4)} s  ${text}\n`);
}
