import type { World } from '../world.ts';

const scope = 'Credential=AKIASANDBOX/20261121/us-east-1/route53/aws4_request';
const authorization = `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`;

/** What the control API does not make: by Route 53's own wire, past the control API. */
export function atRoute53({ sandbox }: World) {
  async function call(method: string, path: string, body?: string): Promise<string> {
    const init = { method, headers: { authorization }, ...(body === undefined ? {} : { body }) };
    const response = await fetch(`${sandbox.url}/2013-04-01/${path}`, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text;
  }

  return {
    /** A zone's id; `more` is XML beside its name. */
    async zone(name: string, reference: string, more = ''): Promise<string> {
      const members = `<Name>${name}</Name><CallerReference>${reference}</CallerReference>${more}`;
      const text = await call('POST', 'hostedzone', `<CreateHostedZoneRequest>${members}</CreateHostedZoneRequest>`);
      return /\/hostedzone\/(Z\w+)/.exec(text)?.[1] ?? '';
    },
    /** Upserts record sets, each the XML inside of one. */
    async records(zoneId: string, ...sets: string[]): Promise<void> {
      const change = (set: string) =>
        `<Change><Action>UPSERT</Action><ResourceRecordSet>${set}</ResourceRecordSet></Change>`;
      const batch = `<ChangeBatch><Changes>${sets.map(change).join('')}</Changes></ChangeBatch>`;
      const body = `<ChangeResourceRecordSetsRequest>${batch}</ChangeResourceRecordSetsRequest>`;
      await call('POST', `hostedzone/${zoneId}/rrset`, body);
    },
  };
}

/** The XML of a record set with one value. */
export function recordXml(name: string, type: string, value: string, more = ''): string {
  const values = `<ResourceRecords><ResourceRecord><Value>${value}</Value></ResourceRecord></ResourceRecords>`;
  return `<Name>${name}</Name><Type>${type}</Type>${more}<TTL>300</TTL>${values}`;
}
