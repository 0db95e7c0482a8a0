import { z } from 'zod';
import { domainProblem, normalName } from '../lib/dns-name.ts';
import { reasonSchema } from './common.ts';

/** What keeps a text from standing in a certificate; undefined when nothing does. */
function nameProblem(text: string): string | undefined {
  const name = normalName(text).replace(/^\*\./, '');
  if (name.includes('*')) return 'has a wildcard that is not its whole first part';
  if (name.includes('_')) return 'has a _, which names in certificates cannot have';
  return domainProblem(name);
}

const certificateName = z
  .string()
  .max(1024)
  .superRefine((text, context) => {
    const message = nameProblem(text);
    if (message) context.addIssue({ code: 'custom', message });
  })
  .transform(normalName)
  .meta({ description: 'A host name, or * in the place of its first part', example: '*.example.com' });

/** Of one certificate, by Let's Encrypt's word. */
const namesLimit = 100;

const names = z
  .array(certificateName)
  .min(1, 'is empty: name at least one host')
  .max(namesLimit, `are too many: at most ${namesLimit}`)
  .superRefine((all, context) => {
    const issue = (index: number, message: string) => context.addIssue({ code: 'custom', path: [index], message });
    for (const [index, name] of all.entries()) {
      const wildcard = all.indexOf(name.replace(/^[^.]+/, '*'));
      if (all.indexOf(name) < index) issue(index, `repeats /names/${all.indexOf(name)}`);
      else if (wildcard >= 0 && wildcard !== index) issue(index, `is covered by /names/${wildcard}`);
    }
  })
  .transform((all) => all.toSorted())
  .meta({
    description:
      'All names of the certificate, in any order, each in a public hosted zone of Route 53. A wildcard does not cover the name behind it: name both',
    example: ['example.com', '*.example.com'],
  });

export const issueCertificateBodySchema = z
  .strictObject({
    names,
    email: z
      .email('is no email address')
      .max(254)
      .meta({ description: 'Contact of the account at the certificate authority', example: 'operator@fountain.coach' }),
    force: z.boolean().default(false).meta({
      description: 'Issue it anew each time, also while there is a good one; authorities limit how often',
      example: false,
    }),
    reason: reasonSchema.optional(),
  })
  .meta({ id: 'IssueCertificate', description: 'A certificate to have' });

const time = (description: string, example: string) => z.iso.datetime().meta({ description, example });

export const certificateSchema = z
  .object({
    names: z
      .array(z.string())
      .meta({ description: 'The names that it was issued for', example: ['*.example.com', 'example.com'] }),
    serves: z.array(z.string()).meta({
      description: 'The names that the gateway shows it for, maybe none: those that no better certificate has',
      example: ['*.example.com', 'example.com'],
    }),
    issuer: z.string().meta({ description: 'Who signed it', example: 'R13' }),
    not_before: time('From when it counts', '2026-11-21T10:00:00.000Z'),
    not_after: time('Until when it counts', '2027-02-19T09:59:59.000Z'),
    days_left: z.number().meta({ description: 'Days until then; below 0 once it has expired', example: 89.9 }),
    renew_from: time(
      'From when issue-certificate renews it: less than a third of its time is left then',
      '2027-01-20T10:00:00.000Z',
    ),
    renewal_due: z.boolean().meta({ description: 'Whether issue-certificate would renew it now', example: false }),
    fingerprint: z.string().meta({ description: 'SHA-256, as openssl shows it', example: 'AB:CD:...' }),
    directory: z.string().meta({
      description: 'The ACME directory that it came from',
      example: 'https://acme-v02.api.letsencrypt.org/directory',
    }),
    path: z.string().meta({
      description: 'Its file, with key and chain, where the control API runs',
      example: '/home/operator/data/certificates/example.com-1f6b1c2a.pem',
    }),
  })
  .meta({ id: 'Certificate', description: 'A certificate that is kept here' });

export const certificateResultSchema = z
  .looseObject({
    certificate: certificateSchema
      .nullable()
      .meta({ description: 'The one that is there now; null on a dry run when there is none', example: null }),
  })
  .meta({ description: 'The certificate', example: { certificate: { names: ['example.com'] } } });

export type IssueCertificateBody = z.output<typeof issueCertificateBodySchema>;
export type CertificateView = z.output<typeof certificateSchema>;
