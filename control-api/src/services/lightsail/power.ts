import type { Lightsail as SdkClient } from '@aws-sdk/client-lightsail';
import type { AppError } from '../../lib/errors.ts';
import { isNotFound, isUnanswered, isWrongState, translate } from './failures.ts';

/** What AWS has been asked to do with an instance, or has done. */
export interface InstanceEvent {
  /** AWS's name of it, e.g. `RebootInstance`. */
  type: string;
  /** When AWS took it on, or last changed its status. */
  at: Date;
  status: 'under way' | 'succeeded' | 'failed';
  /** Code and details, for one that failed. */
  failure: string | undefined;
}

/**
 * Commands for an instance. Each is sent once; a lost answer counts as sent, since whoever sends looks at the state
 * afterwards. Resolves to AWS's refusal when it says that the state of the instance does not allow it (which error AWS
 * uses for that is not documented: both candidates count), so that the state can be looked at once more.
 */
export interface Power {
  startInstance(region: string, name: string): Promise<AppError | undefined>;
  stopInstance(region: string, name: string): Promise<AppError | undefined>;
  rebootInstance(region: string, name: string): Promise<AppError | undefined>;
  /** Also resolves for one that is gone. */
  deleteInstance(region: string, name: string): Promise<AppError | undefined>;
}

export type SendOnce = (
  call: string,
  region: string,
  send: (client: SdkClient) => Promise<unknown>,
) => Promise<AppError | undefined>;

export function createPower(sendOnce: SendOnce): Power {
  return {
    startInstance: (region, instanceName) =>
      sendOnce('StartInstance', region, (client) => client.startInstance({ instanceName })),
    stopInstance: (region, instanceName) =>
      sendOnce('StopInstance', region, (client) => client.stopInstance({ instanceName })),
    rebootInstance: (region, instanceName) =>
      sendOnce('RebootInstance', region, (client) => client.rebootInstance({ instanceName })),
    deleteInstance: (region, instanceName) =>
      sendOnce('DeleteInstance', region, (client) => client.deleteInstance({ instanceName })),
  };
}

/** Sends commands whose effect shows in a state that the caller reads. */
export function createSendOnce(
  clientFor: (region: string, purpose: 'create') => SdkClient | Promise<SdkClient>,
): SendOnce {
  return async (call, region, send) => {
    try {
      await send(await clientFor(region, 'create'));
      return undefined;
    } catch (error) {
      if (isUnanswered(error) || isNotFound(error)) return undefined;
      const translated = translate(error, { call, region });
      if (isWrongState(error)) return translated as AppError;
      throw translated;
    }
  };
}
