import { AppError } from '../lib/errors.ts';
import type { Instance } from '../schemas/lightsail.ts';
import type { Lightsail } from '../services/lightsail.ts';
import type { Ssh } from '../services/ssh.ts';
import type { CloudStep } from './cloud-steps.ts';
import type { HostResolver } from './host-target.ts';
import type { Context } from './operation.ts';
import { type Watch, waitFor } from './state-wait.ts';

/** An instance, and the seconds for which it may be waited from the start of the operation on. */
interface Awaited {
  region: string;
  instance_name: string;
  /** What is waited after, for readers of a plan. */
  after?: string;
  wait_seconds: number;
}

/** What is needed to watch an instance come up. */
export interface InstanceWatch extends Watch {
  lightsail: Pick<Lightsail, 'instance' | 'operationFailure'>;
  hosts: Pick<HostResolver, 'pinnedKeys'>;
  ssh: Pick<Ssh, 'presentedHostKey'>;
  sshPort: number;
}

/**
 * The checks after the create call, each a wait that says what it saw last when its time is over. An instance with IPv6
 * only is waited for until it runs: it never gets the address that the rest of this API needs.
 */
export function awaitInstance(
  wish: Awaited,
  addresses: Instance['ip_address_type'],
  context: Context,
  dependencies: InstanceWatch,
): CloudStep[] {
  const { lightsail, hosts, ssh, sshPort } = dependencies;
  const wait = (name: string, look: (instance: Instance) => Promise<string | undefined> | string | undefined) =>
    waitStep(name, wish, context, dependencies, look);
  const ladder = [
    wait('Wait until it runs', async ({ state }) => {
      const failure =
        state === 'running' ? undefined : await lightsail.operationFailure(wish.region, wish.instance_name);
      if (failure) throw new AppError('aws_error', `AWS could not make ${wish.instance_name}: ${failure}.`);
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
        const shown = await ssh.presentedHostKey({ host: instance.public_ip ?? '', port: sshPort, among: pinned });
        if (pinned.some(({ publicKey }) => publicKey === shown.publicKey)) return undefined;
        throw new AppError(
          'host_key_changed',
          `${instance.name} shows ${shown.fingerprint}, which AWS does not report for it.`,
        );
      } catch (error) {
        if (error instanceof AppError && error.code === 'host_unreachable') return error.message.replace(/\.$/, '');
        throw error;
      }
    }),
  ];
  return addresses === 'ipv6' ? ladder.slice(0, 1) : ladder;
}

function waitStep(
  name: string,
  { region, instance_name, after = 'the instance was created', wait_seconds: waitS }: Awaited,
  context: Context,
  { lightsail, ...watch }: InstanceWatch,
  look: (instance: Instance) => Promise<string | undefined> | string | undefined,
): CloudStep {
  return waitFor(
    {
      ...{ name, after, waitS, since: context.startedAt },
      async look() {
        const instance = await lightsail.instance(region, instance_name);
        if (instance) return look(instance);
        throw new AppError('instance_not_found', `${instance_name} was deleted while it was waited for.`);
      },
      overdue: (seen) => ({ message: `${instance_name} was not ready after ${waitS} s: ${seen}.` }),
    },
    context,
    watch,
  );
}
