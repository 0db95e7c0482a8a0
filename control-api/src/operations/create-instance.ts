import type { Clock } from '../lib/clock.ts';
import { AppError, type Detail } from '../lib/errors.ts';
import type { CreateInstanceBody, Instance } from '../schemas/lightsail.ts';
import type { Lightsail } from '../services/lightsail.ts';
import type { Ssh } from '../services/ssh.ts';
import { checkCatalog, explainRefusal } from './catalog-check.ts';
import { type CloudItem, cloudPlan } from './cloud-steps.ts';
import type { HostResolver } from './host-target.ts';
import type { Applied, Context, Operation, Plan } from './operation.ts';

interface Dependencies {
  lightsail: Lightsail;
  hosts: Pick<HostResolver, 'pinnedKeys'>;
  ssh: Pick<Ssh, 'presentedHostKey'>;
  clock: Clock;
  sshPort: number;
  /** Milliseconds between two looks at an instance that is not ready yet. */
  pollMs: number;
}

/** Makes an instance, or finds the one that is there; ends when it runs, has an address, and its SSH server shows the right key. */
export function createInstanceOperation(dependencies: Dependencies): Operation<CreateInstanceBody> {
  const { lightsail } = dependencies;
  return {
    name: 'instance.create',
    deadlineS: 300,
    // By name, and not by what has the name: that changes while the same call, made again, is to attach.
    async target({ region, instance_name }) {
      const label = `instance ${region}/${instance_name}`;
      return { key: label, label };
    },
    async plan(wish, context) {
      const existing = await lightsail.instance(wish.region, wish.instance_name);
      return existing ? planExisting(existing, wish, context, dependencies) : planNew(wish, context, dependencies);
    },
  };
}

async function planNew(wish: CreateInstanceBody, context: Context, dependencies: Dependencies): Promise<Plan> {
  const { lightsail } = dependencies;
  const [bundles, blueprints] = await Promise.all([lightsail.bundles(wish.region), lightsail.blueprints(wish.region)]);
  const warnings = checkCatalog(bundles, blueprints, wish);
  const create: CloudItem = {
    name: `Create instance ${wish.instance_name}`,
    effect: 'change',
    action: { ...requested(wish), user_data: wish.user_data },
    async run() {
      const instance = await lightsail.createInstance(wish.region, wish, context.operationId).catch((error) => {
        throw explainRefusal(error, bundles, blueprints, wish);
      });
      refuseOther(instance, wish);
      return { detail: [`${instance.arn}`, ...warnings].join('; ') };
    },
  };
  const items = [...warnings.map(warningItem), create, ...waits(wish, context, dependencies)];
  return cloudPlan({
    items,
    preview: { message: `${wish.instance_name} would be created.`, result: { instance: null, ...requested(wish) } },
    conclude: () => conclude('created', wish, dependencies),
  });
}

function planExisting(
  existing: Instance,
  wish: CreateInstanceBody,
  context: Context,
  dependencies: Dependencies,
): Plan {
  refuseOther(existing, wish);
  const stopped = existing.state === 'stopped' || existing.state === 'stopping';
  const there: CloudItem = {
    name: `Create instance ${wish.instance_name}`,
    settled: true,
    detail: `it is ${existing.state}`,
  };
  return cloudPlan({
    items: stopped ? [there] : [there, ...waits(wish, context, dependencies)],
    preview: {
      message: `${wish.instance_name} exists as asked; nothing would be changed.`,
      result: { instance: existing },
    },
    conclude: () => conclude('unchanged', wish, dependencies),
  });
}

function warningItem(warning: string): CloudItem {
  return { name: 'Warning', settled: true, detail: warning };
}

function requested(wish: CreateInstanceBody): Record<string, unknown> {
  const { instance_name, region, availability_zone, blueprint_id, bundle_id, key_pair_name, ip_address_type, tags } =
    wish;
  return { instance_name, region, availability_zone, blueprint_id, bundle_id, key_pair_name, ip_address_type, tags };
}

/** Refuses an instance that has the wanted name but is another one. Tags may differ: AWS lets them be changed. */
function refuseOther(instance: Instance, wish: CreateInstanceBody): void {
  const fields = ['blueprint_id', 'bundle_id', 'availability_zone', 'key_pair_name'] as const;
  const details: Detail[] = fields
    .filter((field) => wish[field] !== undefined && wish[field] !== instance[field])
    .map((field) => ({
      path: `/${field}`,
      message: `is ${String(instance[field])}, asked was ${String(wish[field])}`,
      is: instance[field],
      asked: wish[field],
    }));
  if (details.length === 0) return;
  const list = details.map(({ path, message }) => `${path?.slice(1)} ${message}`).join('; ');
  throw new AppError('instance_differs', `${wish.instance_name} exists, but ${list}.`, { details });
}

/** The ladder after the create call; each wait says what it saw last when its time is over. */
function waits(wish: CreateInstanceBody, context: Context, dependencies: Dependencies): CloudItem[] {
  const { lightsail, hosts, ssh, sshPort } = dependencies;
  const wait = (name: string, look: (instance: Instance) => Promise<string | undefined> | string | undefined) =>
    waitStep(name, wish, context, dependencies, look);
  return [
    wait('Wait until it runs', async ({ state }) => {
      const failure =
        state === 'running' ? undefined : await lightsail.operationFailure(wish.region, wish.instance_name);
      if (failure) throw new AppError('aws_error', `AWS could not make ${wish.instance_name}: ${failure}`);
      return state === 'running' ? undefined : `it is ${state}`;
    }),
    wait('Wait for its address', ({ public_ip }) => (public_ip === null ? 'it has no public address yet' : undefined)),
    wait('Pin its host keys', async (instance) => {
      const keys = await hosts.pinnedKeys(instance);
      return keys.length === 0 ? 'AWS does not report its host keys yet' : undefined;
    }),
    wait('Wait until SSH answers with a pinned key', async (instance) => {
      const pinned = await hosts.pinnedKeys(instance);
      try {
        const shown = await ssh.presentedHostKey({ host: instance.public_ip ?? '', port: sshPort });
        if (pinned.some(({ publicKey }) => publicKey === shown.publicKey)) return undefined;
        throw new AppError(
          'host_key_changed',
          `${instance.name} shows ${shown.fingerprint}, which AWS does not report for it.`,
        );
      } catch (error) {
        if (error instanceof AppError && error.code === 'host_unreachable') return error.message;
        throw error;
      }
    }),
  ];
}

function waitStep(
  name: string,
  wish: CreateInstanceBody,
  { signal, startedAt }: Context,
  { lightsail, clock, pollMs }: Dependencies,
  look: (instance: Instance) => Promise<string | undefined> | string | undefined,
): CloudItem {
  const action = { after: 'the instance was created', wait_seconds: wish.wait_seconds };
  const until = startedAt.getTime() + wish.wait_seconds * 1000;
  return {
    name,
    effect: 'check',
    action,
    async run(tell) {
      for (let told = ''; ; ) {
        const instance = await lightsail.instance(wish.region, wish.instance_name);
        if (!instance)
          throw new AppError('instance_not_found', `${wish.instance_name} was deleted while it was waited for.`);
        const missing = await look(instance);
        if (missing === undefined) return {};
        if (missing !== told) tell(missing);
        told = missing;
        if (clock.now().getTime() >= until) {
          const message = `${wish.instance_name} was not ready after ${wish.wait_seconds} s: ${missing}.`;
          throw new AppError('timed_out', message, {
            hint: 'Repeat the call: it finds the instance and goes on waiting.',
          });
        }
        await clock.sleep(pollMs, signal);
      }
    },
  };
}

async function conclude(
  how: 'created' | 'unchanged',
  wish: CreateInstanceBody,
  { lightsail }: Dependencies,
): Promise<Applied> {
  const { region, instance_name } = wish;
  const instance = await lightsail.instance(region, instance_name);
  if (!instance) throw new AppError('instance_not_found', `${instance_name} was deleted while it was waited for.`);
  const where = instance.public_ip === null ? `it is ${instance.state}` : `${instance.state} at ${instance.public_ip}`;
  const what = how === 'created' ? 'created' : 'exists as asked, nothing was changed';
  return { message: `${instance_name}: ${what}; ${where}.`, result: { instance } };
}
