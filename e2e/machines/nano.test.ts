import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accountFolder, anonymousMb, type Cost, during, hasSwap, oomKills, sharesOf } from '../bench/nano/memory.ts';
import { type Doors, type Outcome, openDoors, portsOf, underLoad } from '../bench/nano/scene.ts';
import { line, quantile } from '../bench/report.ts';
import { readBalcony, writeAndReadBalcony } from '../demo/balcony.ts';
import { apps, type Service } from '../demo/stack.ts';
import { pushStoryImages } from '../story-images.ts';
import { describeMachines, say } from './machines-sandbox.ts';
import { gist, openRollout, type Rollout } from './rollout-world.ts';

/** How long the load lasts before the rolling deploys: `npm run bench:nano -- MINUTES`. */
const minutes = Number(process.env.NANO_MINUTES ?? 3);
/** Of the 512, anonymous memory of the whole machine. */
const LIMIT_MB = 280;
/** More than this under usual requests is a machine that lives from its swap; what is put away once and left there is none. */
const STEADY_SWAP_INS_PER_S = 10;
/**
 * More than this under usual requests is a machine whose programs push each other out of its memory, which takes no swap.
 * Healthy it was 0 to 2, also while twelve processes shared two cores; six programs without room for what they read made
 * 60 on the same busy disk, which reads 8 MB ahead, and 12,000 with nothing read ahead. A release makes 20 to 50.
 */
const STEADY_WAITS_PER_S = 25;
/**
 * What lay idle is wanted when requests begin, and when a release is replaced: at hundreds of pages a second for a minute.
 * Whether that ends is looked at in windows, this long, until one is steady.
 */
const WINDOW_MS = 10_000;
const MOST_WINDOWS = 30;
/** For five deployments, where the computer has much else to do. */
const LONG_MS = 1_200_000;

describeMachines('all five story services on one nano', () => {
  let world: Rollout;
  let doors: Doors;
  let folder: string;
  let scriptId: number;

  beforeAll(async () => {
    world = await openRollout(250);
    await pushStoryImages(String(world.sandbox.control.images?.pushTo));
    folder = accountFolder(await world.sudo('cat /proc/1/cgroup'));
    doors = openDoors(world.address);
    if (!hasSwap()) say('No swap here: all must fit into the memory alone, and swap-ins are held to nothing.');
  });
  afterAll(async () => {
    await doors?.close();
    await world?.stop();
  });

  const services = apps.map(({ name }) => name as Service);

  function deploy(app: string, env: Record<string, string> = {}) {
    const tag = apps.find(({ name }) => name === app)?.tag;
    const host = { instance_name: 'apps', ssh_key_path: world.keyPath };
    return world.api.post('/services/deploy-docker-app', { ...host, app, tag, ports: portsOf(app), env });
  }

  async function deployAll(env: Record<string, string>, what: string): Promise<void> {
    for (const name of services) {
      const { result, peakMb } = await during(folder, async () => {
        const started = performance.now();
        expect(gist(await deploy(name, env))).toMatchObject({ status: 200, changed: true });
        return (performance.now() - started) / 1000;
      });
      line(`${what} ${name}: s, MB of anonymous memory at most`, `${result.toFixed(1)}, ${peakMb.toFixed(0)}`);
    }
  }

  const states = async (format: string) =>
    (await world.sudo(`docker inspect --format '${format}' ${services.join(' ')}`)).trim().split('\n');

  async function expectHealthy(): Promise<void> {
    const health = () => states('{{.State.Health.Status}} {{.State.OOMKilled}} {{.RestartCount}}').catch(String);
    await expect.poll(health, { timeout: 120_000, interval: 1000 }).toEqual(services.map(() => 'healthy false 0'));
    expect(oomKills(folder)).toEqual([]);
    expect(await world.sudo("journalctl --quiet --no-pager --grep 'OOM killer|Out of memory' || true")).toBe('');
  }

  const answering = () =>
    expect
      .poll(() => Promise.all(services.map((name) => doors.ask(name, '/ready'))).then(() => 'all', String), {
        timeout: 120_000,
      })
      .toBe('all');

  test(
    'a call for each puts them there, Docker included',
    async () => {
      await deployAll({}, 'deploy');
      await answering();
      await expectHealthy();
    },
    LONG_MS,
  );

  test('its limit is 512 MB, and holds every process of it, those in containers too', async () => {
    const own = folder.replace(/^\/sys\/fs\/cgroup(\/memory)?/, '');
    const isV1 = folder.startsWith('/sys/fs/cgroup/memory/');
    const limit = isV1 ? 'memory.limit_in_bytes' : 'memory.max';
    expect(Number(await world.sudo(`cat ${folder}/${limit}`))).toBe(512 * 1024 * 1024);
    const groups = await world.sudo(`grep -h '${isV1 ? ':memory:' : '^0::'}' /proc/[0-9]*/cgroup 2>/dev/null || true`);
    const paths = groups
      .trim()
      .split('\n')
      .map((group) => group.replace(/^[^:]*:[^:]*:/, ''));
    expect(paths.filter((path) => !path.startsWith(`${own}/`))).toEqual([]);
    const inContainers = new Set(
      paths.map((path) => path.slice(own.length + 1)).filter((path) => /^[0-9a-f]{64}/.test(path)),
    );
    expect(inContainers.size).toBe(services.length);
  });

  test('a scene is written and read back', async () => {
    ({ scriptId } = await writeAndReadBalcony(doors));
  });

  const isSteady = ({ swapInsPerS, majorFaultsPerS }: Cost<unknown>) =>
    swapInsPerS < STEADY_SWAP_INS_PER_S && majorFaultsPerS < STEADY_WAITS_PER_S;

  /** Resolves once the machine has what it needs in its memory. @throws {Error} when that does not come to be */
  async function settle(): Promise<void> {
    for (let window = 1; window <= MOST_WINDOWS; window++) {
      if (isSteady(await during(folder, () => delay(WINDOW_MS)))) return;
    }
    throw new Error(`the machine still swaps or reads programs again, after ${(MOST_WINDOWS * WINDOW_MS) / 1000} s`);
  }

  const minutesMs = minutes * 60_000;
  test(
    `${minutes} minutes of requests, and a new release of each service meanwhile: none fails`,
    async () => {
      const tell = (text: string) => say(`${text}, ${anonymousMb(folder).toFixed(0)} MB of anonymous memory`);
      const load = (work: () => Promise<unknown>) => during(folder, () => underLoad(doors, scriptId, tell, work));
      line('requests, s until neither swap nor disk is wanted much', (await load(settle)).result.seconds.toFixed(0));
      const steady = await load(() => delay(minutesMs));
      print(`${minutes} minutes`, steady, true);
      const rolling = await load(() => deployAll({ LOG_LEVEL: 'warn' }, 'new release of'));
      print('new releases', rolling, false);
      const after = anonymousMb(folder);
      line('anonymous memory of the whole machine after the load, MB', after.toFixed(0), `limit ${LIMIT_MB}`);
      for (const [whose, mb] of Object.entries(sharesOf(folder))) line(`  of it ${whose}`, mb.toFixed(0));
      const settled = await load(settle);
      line('after the releases, the same: s', settled.result.seconds.toFixed(0));
      for (const { result } of [steady, rolling, settled]) {
        expect(result.failures).toEqual([]);
        expect(result.sent / result.seconds).toBeLessThan(20);
      }
      expect(steady.swapInsPerS).toBeLessThan(STEADY_SWAP_INS_PER_S);
      expect(steady.majorFaultsPerS).toBeLessThan(STEADY_WAITS_PER_S);
      await expectHealthy();
      expect(after).toBeLessThanOrEqual(LIMIT_MB);
      await readBalcony(doors, { scriptId });
    },
    minutesMs + LONG_MS,
  );

  test('one more of each starts beside them', async () => {
    const script = `
      for name in ${services.join(' ')}; do
        image=$(docker inspect --format '{{.Image}}' $name)
        before=$(date +%s%3N)
        docker run --detach --name one-more --network fountain --memory 96m --publish 127.0.0.1:9000:8080 $image >/dev/null
        timeout 60 bash -c 'until curl --silent --fail --output /dev/null http://127.0.0.1:9000/ready; do sleep 0.02; done'
        echo $(($(date +%s%3N) - before))
        docker rm --force --volumes one-more >/dev/null
      done`;
    const times = (await world.sudo(script)).trim().split('\n');
    expect(times).toHaveLength(services.length);
    for (const [place, name] of services.entries()) line(`docker run to /ready of ${name}, ms`, String(times[place]));
  });

  test('after a reboot they are back, with what was written', async () => {
    const before = await states('{{.State.StartedAt}}');
    const { result, peakMb } = await during(folder, async () => {
      const started = performance.now();
      await world.lightsail('RebootInstance', { instanceName: 'apps' });
      const isAnew = () =>
        states('{{.State.StartedAt}}').then((now) => now.every((one) => !before.includes(one)), String);
      await expect.poll(isAnew, { timeout: 120_000, interval: 500 }).toBe(true);
      await answering();
      return (performance.now() - started) / 1000;
    });
    line('reboot until all are ready: s, MB at most', `${result.toFixed(1)}, ${peakMb.toFixed(0)}`);
    await expectHealthy();
    await readBalcony(doors, { scriptId });
  });

  test('a kill for want of memory would have been noticed', async () => {
    const image = (await states('{{.Image}}'))[0];
    const greedy = "-e 'for (const kept = []; ; ) kept.push(Buffer.alloc(1e6, 1))'";
    const killed = `docker run --rm --memory 32m --memory-swap 32m --entrypoint node ${image} ${greedy} || echo $?`;
    expect(await world.sudo(killed)).toBe('137\n');
    expect(oomKills(folder)).toHaveLength(1);
  });
});

function print(what: string, cost: Cost<Outcome>, isLimited: boolean): void {
  const { sent, seconds, failures, latencies } = cost.result;
  const [middle, most] = [quantile(latencies, 0.5), quantile(latencies, 0.99)].map((ms) => ms.toFixed(1));
  line(`${what}: requests, in a second`, `${sent}, ${(sent / seconds).toFixed(1)}`, 'limit 20 a second');
  line(`${what}: requests that failed`, String(failures.length), 'limit 0');
  line(`${what}: p50 and p99, ms`, `${middle}, ${most}`);
  line(`${what}: anonymous memory at most, MB`, cost.peakMb.toFixed(0));
  const limit = (count: number) => (isLimited ? `limit ${count}` : '');
  const swapLimit = hasSwap() ? limit(STEADY_SWAP_INS_PER_S) : 'left out: no swap here';
  line(`${what}: pages swapped in, in a second`, cost.swapInsPerS.toFixed(2), swapLimit);
  line(
    `${what}: waits for the disk (major faults), in a second`,
    cost.majorFaultsPerS.toFixed(2),
    limit(STEADY_WAITS_PER_S),
  );
}
