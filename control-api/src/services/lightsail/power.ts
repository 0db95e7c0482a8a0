import type { Lightsail as SdkClient } from '@aws-sdk/client-lightsail';
import type { Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { ClientFor } from './clients.ts';
import { whileThrottled } from './create-once.ts';
import { isNotFound, isUnanswered, isWrongState, translate } from './failures.ts';

/** What AWS has been asked to do with a resource, or has done. */
export interface ResourceEvent {
  id: string;
  /** AWS's name of it, e.g. `RebootInstance`. */
  type: string;
  /** When AWS took it on. */
  at: Date;
  status: 'under way' | 'succeeded' | 'failed';
  /** Code and details, for one that failed. */
  failure: string | undefined;
}

/**
 * What became of a command. `refused`: AWS takes none such in the state that the thing is in, or does not know the thing.
 * `lost`: no answer came, so that it may have had its effect. In both cases the state tells.
 */
export type Sent = { outcome: 'taken' } | { outcome: 'refused' | 'lost'; error: AppError };

/** Commands for an instance, each sent once. @throws {AppError} what AWS answers otherwise */
export interface Power {
  startInstance(region: string, name: string): Promise<Sent>;
  stopInstance(region: string, name: string): Promise<Sent>;
  rebootInstance(region: string, name: string): Promise<Sent>;
  /** Its add-ons (automatic snapshots) go with it: AWS refuses to delete an instance that has some otherwise. */
  deleteInstance(region: string, name: string): Promise<Sent>;
}

export type SendOnce = (call: string, region: string, send: (client: SdkClient) => Promise<unknown>) => Promise<Sent>;

export function createPower(sendOnce: SendOnce): Power {
  return {
    startInstance: (region, instanceName) =>
      sendOnce('StartInstance', region, (client) => client.startInstance({ instanceName })),
    stopInstance: (region, instanceName) =>
      sendOnce('StopInstance', region, (client) => client.stopInstance({ instanceName })),
    rebootInstance: (region, instanceName) =>
      sendOnce('RebootInstance', region, (client) => client.rebootInstance({ instanceName })),
    deleteInstance: (region, instanceName) =>
      sendOnce('DeleteInstance', region, (client) => client.deleteInstance({ instanceName, forceDeleteAddOns: true })),
  };
}

/** Sends commands on a client that does not repeat them by itself; what AWS throttles has had no effect and is sent again. */
export function createSendOnce(clientFor: ClientFor, clock: Clock): SendOnce {
  return async (call, region, send) => {
    try {
      const client = await clientFor(region, 'create');
      await whileThrottled(() => send(client), clock);
      return { outcome: 'taken' };
    } catch (error) {
      const translated = translate(error, { call, region });
      const refused = isWrongState(error) || isNotFound(error);
      if (!(translated instanceof AppError) || !(refused || isUnanswered(error))) throw translated;
      return { outcome: refused ? 'refused' : 'lost', error: translated };
    }
  };
}
