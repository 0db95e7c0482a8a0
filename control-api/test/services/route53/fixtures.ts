import { type HostedZone, Route53 as SdkClient } from '@aws-sdk/client-route-53';
import { createRoute53 } from '../../../src/services/route53.ts';
import { awsError, idleClock } from '../lightsail/fixtures.ts';

export { awsError, failureOf, networkError } from '../lightsail/fixtures.ts';

/** The service on a client whose `send` the mock has taken over. */
export function service() {
  const clock = idleClock();
  const client = new SdkClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret' },
  });
  return { clock, route53: createRoute53({ client: async () => client, clock }) };
}

export const nameServers = ['ns-1.awsdns-01.com', 'ns-2.awsdns-02.net'];

export function zoneRow(Id: string, Name = 'example.com.', more: Partial<HostedZone> = {}): HostedZone {
  return {
    Id: `/hostedzone/${Id}`,
    Name,
    CallerReference: 'somebody',
    Config: { PrivateZone: false },
    ResourceRecordSetCount: 2,
    ...more,
  };
}

export const spent = awsError('HostedZoneAlreadyExists', 'A hosted zone has already been created.', { status: 409 });
export const noZone = awsError('NoSuchHostedZone', 'No hosted zone found with ID: Z1', { status: 404 });
