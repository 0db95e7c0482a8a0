import { createHash } from 'node:crypto';
import type { Route53State } from '../route53/models.ts';
import { absoluteName, isInZone } from '../route53/names.ts';
import type { Settings } from '../settings.ts';
import { type AcmeError, noTxt, wrongTxt } from './errors.ts';
import type { AuthorizationRow } from './models.ts';

/** Looks whether a name is proven (RFC 8555, 8.4), as name servers would answer for the zones; undefined when it is. */
export function dnsProblem(
  { name, token }: AuthorizationRow,
  thumbprint: string,
  route53: Route53State,
  settings: Settings,
): AcmeError | undefined {
  const record = `_acme-challenge.${name}`;
  const proof = createHash('sha256').update(`${token}.${thumbprint}`).digest('base64url');
  const values = answers(absoluteName(record), route53, settings);
  if (values.includes(proof)) return undefined;
  return values[0] === undefined ? noTxt(record) : wrongTxt(record, values[0]);
}

/** The TXT values of a name in the closest zone; none while any change is on its way, since nothing tells what it changed. */
function answers(name: string, { zones, changes }: Route53State, { delays }: Settings): string[] {
  if (changes.some(({ submittedAt }) => Date.now() - submittedAt < delays.inSyncMs)) return [];
  const open = zones.filter((zone) => !zone.private && isInZone(name, zone.name));
  const [closest] = open.toSorted((a, b) => b.name.length - a.name.length);
  const rows = closest?.records.filter((row) => row.name === name && row.type === 'TXT') ?? [];
  return rows.flatMap(({ values }) => values.map((value) => value.replace(/^"|"$/g, '')));
}
