import { AppError } from '../../lib/errors.ts';
import type { Lightsail } from '../../services/lightsail.ts';
import type { OwnContainer } from '../../services/own-container.ts';
import type { Ssh } from '../../services/ssh.ts';
import type { HostResolver } from '../hosts/host-target.ts';
import type { Operation } from '../operation.ts';
import { current, type InstanceTarget } from './instance-target.ts';

interface Dependencies {
  own: OwnContainer | undefined;
  lightsail: Pick<Lightsail, 'instance'>;
  hosts: Pick<HostResolver, 'pinnedKeys'>;
  ssh: Pick<Ssh, 'presentedHostKey'>;
  sshPort: number;
}

/**
 * Makes an operation that ends what runs on an instance refuse, with self_target, the one that this control API runs on in
 * its container. It is known by its host key: the machine around the container shows one that is pinned to the instance.
 */
export function sparingOwnInstance({ own, lightsail, hosts, ssh, sshPort: port }: Dependencies) {
  const isAround = async (target: InstanceTarget): Promise<boolean> => {
    const instance = own && (await current(target, lightsail));
    const pinned = instance ? await hosts.pinnedKeys(instance) : [];
    if (own === undefined || pinned.length === 0) return false;
    const shown = own.hostAddresses.map((host) =>
      // Most often nothing answers there.
      ssh.presentedHostKey({ host, port, among: pinned }).catch(() => undefined),
    );
    return (await Promise.all(shown)).some((key) => pinned.some(({ publicKey }) => publicKey === key?.publicKey));
  };
  return <Input>(operation: Operation<Input, InstanceTarget>): Operation<Input, InstanceTarget> => ({
    ...operation,
    async plan(input, context, target) {
      if (await isAround(target)) throw new AppError('self_target', `This control API runs on the ${target.label}.`);
      return operation.plan(input, context, target);
    },
  });
}
