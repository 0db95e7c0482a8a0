import { createInstance, openWorld, type World } from '../world.ts';
import { line, timed } from './report.ts';

/** A recipe's call, and what to add to it so that exactly one configuration file of the host is no longer as asked. */
interface Subject {
  name: string;
  bundle: string;
  path: string;
  fields: object;
  drift: object;
}

const subjects: readonly Subject[] = [
  {
    name: 'opensearch',
    bundle: 'small_3_0',
    path: '/services/deploy-opensearch',
    fields: {},
    drift: { heap_mb: 600 },
  },
  { name: 'kong', bundle: 'nano_3_0', path: '/services/deploy-kong', fields: {}, drift: { apps_ip: '10.0.0.9' } },
  {
    name: 'app',
    bundle: 'nano_3_0',
    path: '/services/deploy-docker-app',
    fields: { docker_image: 'ghcr.io/user/repo/my-app:latest' },
    drift: { env: { LOG_LEVEL: 'debug' } },
  },
];

/** What each recipe costs on virtual hosts, where installing itself takes no time: connections, execs, bytes, milliseconds. */
export async function benchRecipes(): Promise<void> {
  const world = await openWorld();
  try {
    for (const subject of subjects) await measure(world, subject);
  } finally {
    await world.stop();
  }
}

async function measure(world: World, { name, bundle, path, fields, drift }: Subject): Promise<void> {
  const instance_ip = await createInstance(world.api, name, { bundle_id: bundle });
  const call = async (more: object) => {
    const body = { instance_ip, ssh_key_path: world.keyPath, ...fields, ...more };
    const answer = await world.api.post(path, body);
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  };
  await figure(world, name, `${name}: first install`, () => call({}));
  await figure(world, name, `${name}: unchanged repeat`, () => call({}));
  await figure(world, name, `${name}: one file to change`, () => call(drift));
}

async function figure({ sandbox }: World, host: string, what: string, work: () => Promise<void>): Promise<void> {
  const seen = () => sandbox.control.observed(host) ?? { connections: 0, execs: 0, bytesIn: 0 };
  const before = seen();
  const ms = await timed(work);
  const after = seen();
  const counts = [after.connections - before.connections, after.execs - before.execs];
  const kilobytes = ((after.bytesIn - before.bytesIn) / 1000).toFixed(1);
  line(`${what}: connections, execs, KB sent, ms`, `${counts.join(', ')}, ${kilobytes}, ${ms.toFixed(0)}`);
}
