import {
  type Change,
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  Route53Client,
  type Route53ClientConfig,
} from '@aws-sdk/client-route-53';
import { onTestFinished } from 'vitest';
import type { SettingsInput } from '../../src/index.ts';
import { startWorld } from '../world.ts';

/** A sandbox, and the real SDK's client for its Route 53. */
export async function startRoute53(settings: SettingsInput = {}) {
  const { sandbox, stop } = await startWorld(settings);
  const client = (config: Route53ClientConfig = {}) => {
    const one = new Route53Client({
      region: 'eu-central-1',
      endpoint: sandbox.url,
      credentials: { accessKeyId: 'AKIASANDBOX', secretAccessKey: 'sandbox' },
      maxAttempts: 1,
      ...config,
    });
    onTestFinished(() => one.destroy());
    return one;
  };
  const route53 = client();
  let zones = 0;
  return {
    sandbox,
    stop,
    client,
    route53,
    /** The id of a new zone, as the service gives it. */
    async zone(Name: string, CallerReference = `zone ${++zones}`): Promise<string> {
      const { HostedZone } = await route53.send(new CreateHostedZoneCommand({ Name, CallerReference }));
      return String(HostedZone?.Id);
    },
    change: (HostedZoneId: string, ...Changes: Change[]) =>
      route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } })),
    /** Of one page, as `name type`. */
    async records(HostedZoneId: string): Promise<ResourceRecordSet[]> {
      const answer = await route53.send(new ListResourceRecordSetsCommand({ HostedZoneId }));
      return answer.ResourceRecordSets ?? [];
    },
  };
}

export function record(
  Name: string,
  Type: ResourceRecordSet['Type'] = 'A',
  values: readonly string[] = ['203.0.113.7'],
  more: Partial<ResourceRecordSet> = {},
): ResourceRecordSet {
  return { Name, Type, TTL: 300, ResourceRecords: values.map((Value) => ({ Value })), ...more };
}

export const create = (ResourceRecordSet: ResourceRecordSet): Change => ({ Action: 'CREATE', ResourceRecordSet });
export const upsert = (ResourceRecordSet: ResourceRecordSet): Change => ({ Action: 'UPSERT', ResourceRecordSet });
export const remove = (ResourceRecordSet: ResourceRecordSet): Change => ({ Action: 'DELETE', ResourceRecordSet });
