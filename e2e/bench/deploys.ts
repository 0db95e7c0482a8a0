import { readFileSync } from 'node:fs';
import ssh2 from 'ssh2';
import { createInstance, openWorld, type World } from '../world.ts';
import { line, median, timed } from './report.ts';

const ROUNDS = 7;
const HOSTS = 20;

/** What an unchanged deploy costs beside a bare login, and how many hosts can be looked at at once. */
export async function benchDeploys(): Promise<void> {
  const world = await openWorld();
  try {
    await unchanged(world);
    await manyAtOnce(world);
  } finally {
    await world.stop();
  }
}

async function unchanged(world: World): Promise<void> {
  const { api, sandbox, keyPath } = world;
  const address = await createInstance(api, 'bench');
  const deploy = () => deployTo(world, address, false);
  await deploy();
  const before = sandbox.control.observed('bench');
  await deploy();
  const after = sandbox.control.observed('bench');
  line('unchanged deploy: connections', String((after?.connections ?? 0) - (before?.connections ?? 0)), 'limit 1');
  line('unchanged deploy: execs', String((after?.execs ?? 0) - (before?.execs ?? 0)), 'limit 1');
  line('unchanged deploy: bytes sent to the host', String((after?.bytesIn ?? 0) - (before?.bytesIn ?? 0)));

  const bare = () => connectAndExec(address, sandbox.settings.sshPort, keyPath);
  const direct = await sideBySide(deploy, bare);
  line('unchanged deploy, no delay: ms over a bare connect and exec', (direct.deploy - direct.bare).toFixed(0));
  await sandbox.control.setHostFaults('bench', [{ type: 'slow', delayMs: 100 }]);
  const slow = await sideBySide(deploy, bare);
  line(
    'unchanged deploy, 100 ms injected: ratio to a bare connect and exec',
    (slow.deploy / slow.bare).toFixed(2),
    'limit 1.5',
  );
  await sandbox.control.setHostFaults('bench', []);
}

async function sideBySide(deploy: () => Promise<unknown>, bare: () => Promise<unknown>) {
  const rounds: { deploy: number; bare: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push({ deploy: await timed(deploy), bare: await timed(bare) });
  return { deploy: median(rounds.map((round) => round.deploy)), bare: median(rounds.map((round) => round.bare)) };
}

async function manyAtOnce(world: World): Promise<void> {
  const names = Array.from({ length: HOSTS }, (_, index) => `many-${index + 1}`);
  const addresses: string[] = [];
  for (const name of names) {
    addresses.push(await createInstance(world.api, name));
    await world.sandbox.control.setHostFaults(name, [{ type: 'slow', delayMs: 500 }]);
  }
  const dryRun = (address: string) => deployTo(world, address, true);
  await dryRun(addresses[0] as string);
  const alone = await timed(() => dryRun(addresses[0] as string));
  const together = await timed(() => Promise.all(addresses.map(dryRun)));
  line(
    `${HOSTS} dry runs on ${HOSTS} hosts, 500 ms injected: ratio to one alone`,
    (together / alone).toFixed(2),
    'limit 2',
  );
}

async function deployTo({ api, keyPath }: World, address: string, dryRun: boolean): Promise<void> {
  const { status, body } = await api.post(`/services/deploy-docker-app${dryRun ? '?dry_run=true' : ''}`, {
    instance_ip: address,
    docker_image: 'ghcr.io/user/repo/my-app:latest',
    ssh_key_path: keyPath,
  });
  if (status !== 200) throw new Error(`deploy-docker-app: ${status} ${JSON.stringify(body)}`);
}

/** The least that talking to a host can cost: one login, one program. */
function connectAndExec(host: string, port: number, keyPath: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    client.on('connect', () => client.setNoDelay(true));
    client.on('error', reject);
    client.on('ready', () =>
      client.exec('true', (error, channel) => {
        if (error) return reject(error);
        channel.resume();
        channel.end();
        channel.on('close', () => {
          client.end();
          resolve();
        });
      }),
    );
    client.connect({ host, port, username: 'admin', privateKey: readFileSync(keyPath), hostVerifier: () => true });
  });
}
