import { AppError } from '../lib/errors.ts';
import type { Instance } from '../schemas/lightsail.ts';
import type { RebootInstanceBody } from '../schemas/lightsail-changes.ts';
import type { ResourceEvent } from '../services/lightsail/power.ts';
import type { Lightsail } from '../services/lightsail.ts';
import type { Line, Ssh } from '../services/ssh.ts';
import { commandStep } from './cloud-command.ts';
import { type CloudStep, cloudPlan } from './cloud-steps.ts';
import { settleFirst, stateWaitS } from './instance-states.ts';
import { type InstanceTarget, present, resolveInstance } from './instance-target.ts';
import { awaitInstance, type InstanceWatch } from './instance-waits.ts';
import type { Context, Operation } from './operation.ts';
import { waitFor } from './state-wait.ts';

type Dependencies = InstanceWatch & { lightsail: Lightsail; ssh: Pick<Ssh, 'presentedHostKey' | 'line'> };

/** AWS's names of what leaves an instance freshly booted. */
const boots = ['CreateInstance', 'StartInstance', 'RebootInstance'];

/** Reboots an instance, unless AWS booted it after `since`; without `since` every call reboots. */
export function rebootInstanceOperation(dependencies: Dependencies): Operation<RebootInstanceBody, InstanceTarget> {
  const { lightsail } = dependencies;
  return {
    name: 'instance.reboot',
    deadlineS: 300,
    target: (input) => resolveInstance(lightsail, input),
    async plan({ since, ...input }, context, target) {
      const instance = present(target);
      const { region, name, state } = instance;
      const events = await lightsail.events(region, name);
      const booted = lastBoot(instance, events);
      const there = since !== undefined && booted.getTime() > Date.parse(since);
      if (!there) refuseStopped(instance);
      const step = `Reboot ${name}`;
      const act = there
        ? [{ name: step, settled: true as const, detail: `AWS booted it at ${booted.toISOString()}` }]
        : [
            ...settleFirst(instance, context, dependencies),
            ...rebootSteps(step, instance, events, context, dependencies),
          ];
      const wait = { ...input, after: 'it was booted', wait_seconds: stateWaitS };
      const ladder =
        there && state === 'stopped' ? [] : awaitInstance(wait, instance.ip_address_type, context, dependencies);
      const again = since === undefined ? '; the same call reboots it again, send since to prevent that' : '';
      const so = `${name} was booted after ${since}`;
      return cloudPlan({
        items: [...act, ...ladder],
        preview: {
          message: there ? `${so}; nothing would be changed.` : `${name} would be rebooted${again}.`,
          result: { instance },
        },
        async conclude() {
          const now = (await lightsail.instance(region, name)) ?? instance;
          const message = there ? `${so}, nothing was changed.` : `${name} was rebooted${again}.`;
          return { message, result: { instance: now } };
        },
      });
    },
  };
}

/**
 * AWS shows no time of boot. What it has been asked for tells it, as long as it keeps its record of that (how long is not
 * documented), and the instance is not older than itself. A reboot from inside the host is not seen.
 */
function lastBoot({ created_at }: Instance, events: readonly ResourceEvent[]): Date {
  const times = events.filter(({ type, status }) => boots.includes(type) && status !== 'failed').map(({ at }) => at);
  return new Date(Math.max(Date.parse(created_at), ...times.map((at) => at.getTime())));
}

function refuseStopped({ name, state }: Instance): void {
  if (state !== 'stopped' && state !== 'stopping') return;
  throw new AppError('invalid_request', `${name} is ${state}: only what runs can be rebooted.`, {
    hint: 'POST /aws/lightsail/start-instance starts it, which is a boot too.',
    details: [{ path: '/instance_name', message: `is ${state}` }],
  });
}

/**
 * Asks for the reboot, waits for AWS's record of it, then until the host has gone down: before that its SSH server still
 * answers, and whoever works on the host next would be cut off. An instance stays `running` all the while.
 */
function rebootSteps(
  step: string,
  { region, name, public_ip }: Instance,
  before: readonly ResourceEvent[],
  context: Context,
  dependencies: Dependencies,
): CloudStep[] {
  const { lightsail, ssh, sshPort: port } = dependencies;
  const known = new Set(before.map(({ id }) => id));
  let line: Line | undefined;
  const findReboot = async () =>
    (await lightsail.events(region, name)).find(({ type, id }) => type === 'RebootInstance' && !known.has(id));
  const send = async () => {
    line = public_ip === null ? undefined : await ssh.line({ host: public_ip, port });
    context.defer(() => line?.close());
    return lightsail.rebootInstance(region, name);
  };
  const look = async () => ((await findReboot()) ? undefined : 'AWS has no record of a reboot');
  const lookAtRecord = async () => {
    const reboot = await findReboot();
    if (reboot?.failure) throw new AppError('aws_error', `AWS could not reboot ${name}: ${reboot.failure}.`);
    return reboot?.status === 'succeeded' ? undefined : 'AWS has not done it yet';
  };
  const lookAtLine = async () => (line?.isOpen() ? 'it has not gone down yet' : undefined);
  const wait = (waiting: string, look: () => Promise<string | undefined>) =>
    waitFor({ name: waiting, after: 'AWS was asked', waitS: stateWaitS, look }, context, dependencies);
  // A reboot more than was asked for could hit whoever works there by then.
  const command = { name: step, action: { region, instance_name: name }, send, look, tries: 1 };
  return [
    commandStep(command, context, dependencies),
    wait('Wait until AWS has rebooted it', lookAtRecord),
    wait('Wait until it has gone down', lookAtLine),
  ];
}
