import { AppError } from '../lib/errors.ts';
import type { Instance } from '../schemas/lightsail.ts';
import type { NamedInstanceBody, RebootInstanceBody } from '../schemas/lightsail-changes.ts';
import type { InstanceEvent } from '../services/lightsail/power.ts';
import type { Lightsail } from '../services/lightsail.ts';
import { type CloudItem, cloudPlan } from './cloud-steps.ts';
import { type InstanceTarget, present, resolveInstance } from './instance-target.ts';
import { awaitInstance, type InstanceWatch } from './instance-waits.ts';
import type { Applied, Context, Operation, Plan } from './operation.ts';
import { type Watch, waitFor } from './state-wait.ts';

type Dependencies = InstanceWatch & { lightsail: Lightsail };

const WAIT_S = 240;
const DEADLINE_S = 300;
/** AWS's names of what leaves an instance freshly booted. */
const BOOTS = ['CreateInstance', 'StartInstance', 'RebootInstance'];

/** Starts an instance that is stopped, and waits until its SSH server shows the pinned key. */
export function startInstanceOperation(dependencies: Dependencies): Operation<NamedInstanceBody, InstanceTarget> {
  const { lightsail } = dependencies;
  return {
    name: 'instance.start',
    deadlineS: DEADLINE_S,
    target: (input) => resolveInstance(lightsail, input),
    async plan(input, context, target) {
      const instance = present(target);
      const name = `Start ${instance.name}`;
      const there = instance.state === 'running' || instance.state === 'pending';
      const act: CloudItem = there
        ? { name, settled: true, detail: `it is ${instance.state}` }
        : command(
            name,
            instance,
            ['running', 'pending'],
            dependencies,
            lightsail.startInstance,
            stopped(instance, context, dependencies),
          );
      const ladder = awaitInstance({ ...input, wait_seconds: WAIT_S }, instance.ip_address_type, context, dependencies);
      const words = there ? settledWords('runs') : { would: 'would be started', done: 'was started' };
      return planFor(instance, [act, ...ladder], words, lightsail, there ? undefined : addressWord(instance));
    },
  };
}

/** Stops an instance. It goes on costing what it costs. */
export function stopInstanceOperation(dependencies: Dependencies): Operation<NamedInstanceBody, InstanceTarget> {
  const { lightsail } = dependencies;
  return {
    name: 'instance.stop',
    deadlineS: DEADLINE_S,
    target: (input) => resolveInstance(lightsail, input),
    async plan(_, context, target) {
      const instance = present(target);
      const name = `Stop ${instance.name}`;
      const there = instance.state === 'stopped' || instance.state === 'stopping';
      const act: CloudItem = there
        ? { name, settled: true, detail: `it is ${instance.state}` }
        : command(name, instance, ['stopped', 'stopping'], dependencies, lightsail.stopInstance);
      const items =
        instance.state === 'stopped' ? [act] : [act, awaitState('stopped', instance, context, dependencies)];
      const words = there ? settledWords('is stopped') : { would: 'would be stopped', done: 'was stopped' };
      return planFor(instance, items, words, lightsail, costWord(instance));
    },
  };
}

/** Reboots an instance, unless it was booted after `since`; without `since` every call reboots. */
export function rebootInstanceOperation(dependencies: Dependencies): Operation<RebootInstanceBody, InstanceTarget> {
  const { lightsail } = dependencies;
  return {
    name: 'instance.reboot',
    deadlineS: DEADLINE_S,
    target: (input) => resolveInstance(lightsail, input),
    async plan({ since, ...input }, context, target) {
      const instance = present(target);
      const name = `Reboot ${instance.name}`;
      const booted = await lastBoot(instance, lightsail);
      if (since !== undefined && booted.getTime() > Date.parse(since)) {
        const settled: CloudItem = { name, settled: true, detail: `AWS booted it at ${booted.toISOString()}` };
        return planFor(instance, [settled], settledWords(`was booted after ${since}`), lightsail);
      }
      if (instance.state !== 'running') {
        throw new AppError('aws_error', `${instance.name} is ${instance.state}: only what runs can be rebooted.`, {
          hint: 'POST /aws/lightsail/start-instance starts it.',
        });
      }
      const act = command(name, instance, [], dependencies, lightsail.rebootInstance);
      const ladder = awaitInstance({ ...input, wait_seconds: WAIT_S }, instance.ip_address_type, context, dependencies);
      const again = since === undefined ? 'the same call reboots it again; send since to prevent that' : undefined;
      const items = [act, awaitReboot(instance, booted, context, dependencies), ...ladder];
      return planFor(instance, items, { would: 'would be rebooted', done: 'was rebooted' }, lightsail, again);
    },
  };
}

/** One that AWS refuses because of the state is judged by the state as it is then: another may have been faster. */
function command(
  name: string,
  { region, name: instanceName }: Instance,
  heading: readonly string[],
  { lightsail }: Dependencies,
  send: (region: string, name: string) => Promise<AppError | undefined>,
  before?: CloudItem,
): CloudItem {
  return {
    name,
    effect: 'change',
    action: { region, instance_name: instanceName },
    async run(tell) {
      if (before && !('settled' in before)) await before.run(tell);
      const refusal = await send(region, instanceName);
      if (!refusal) return {};
      const now = await lightsail.instance(region, instanceName);
      if (now && heading.includes(now.state)) return { unchanged: true, detail: `it is ${now.state}` };
      throw refusal;
    },
  };
}

/** What is still stopping cannot be started before it has stopped. */
function stopped(instance: Instance, context: Context, dependencies: Dependencies): CloudItem | undefined {
  return instance.state === 'stopping' ? awaitState('stopped', instance, context, dependencies) : undefined;
}

function awaitState(
  wanted: string,
  { region, name }: Instance,
  context: Context,
  watch: Watch & { lightsail: Lightsail },
) {
  const look = async () => {
    const now = await watch.lightsail.instance(region, name);
    if (!now) throw new AppError('instance_not_found', `${name} was deleted while it was waited for.`);
    return now.state === wanted ? undefined : `it is ${now.state}`;
  };
  return waitFor({ name: `Wait until it is ${wanted}`, after: 'AWS was asked', waitS: WAIT_S, look }, context, watch);
}

/** AWS shows no time of boot: its record of the reboot tells when that is done. */
function awaitReboot(
  { region, name }: Instance,
  before: Date,
  context: Context,
  watch: Watch & { lightsail: Lightsail },
) {
  const look = async () => {
    const reboots = (await watch.lightsail.events(region, name)).filter(({ type }) => type === 'RebootInstance');
    const [latest] = reboots;
    if (!latest || latest.at.getTime() <= before.getTime()) return 'AWS has no record of the reboot yet';
    if (latest.failure) throw new AppError('aws_error', `AWS could not reboot ${name}: ${latest.failure}.`);
    return latest.status === 'succeeded' ? undefined : 'it is rebooting';
  };
  return waitFor(
    { name: 'Wait until AWS has rebooted it', after: 'AWS was asked', waitS: WAIT_S, look },
    context,
    watch,
  );
}

async function lastBoot({ region, name, created_at }: Instance, lightsail: Lightsail): Promise<Date> {
  const isBoot = ({ type, status }: InstanceEvent) => BOOTS.includes(type) && status !== 'failed';
  const boot = (await lightsail.events(region, name)).find(isBoot);
  return boot?.at ?? new Date(created_at);
}

interface Words {
  would: string;
  done: string;
}

function settledWords(so: string): Words {
  return { would: `${so}, nothing would be changed`, done: `${so}, nothing was changed` };
}

function planFor(instance: Instance, items: CloudItem[], words: Words, lightsail: Lightsail, more?: string): Plan {
  const { region, name } = instance;
  const word = more === undefined ? '' : `; ${more}`;
  return cloudPlan({
    items,
    preview: { message: `${name} ${words.would}${word}.`, result: { instance } },
    async conclude(): Promise<Applied> {
      const now = (await lightsail.instance(region, name)) ?? instance;
      const at = now.public_ip === null ? '' : ` at ${now.public_ip}`;
      return { message: `${name} ${words.done}: ${now.state}${at}${word}.`, result: { instance: now } };
    },
  });
}

function addressWord({ is_static_ip }: Instance): string | undefined {
  return is_static_ip ? undefined : 'its public address is a new one, as it has no static IP';
}

function costWord({ monthly_usd, is_static_ip }: Instance): string {
  const price = monthly_usd === null ? 'as much as before' : `${monthly_usd} USD a month`;
  const address = is_static_ip ? '' : ', and gets another public address when it is started';
  return `it goes on costing ${price} until it is deleted${address}`;
}
