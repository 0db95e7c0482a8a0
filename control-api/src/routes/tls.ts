import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { errorResponses } from '../schemas/answers.ts';
import {
  type CertificateView,
  certificateResultSchema,
  certificateSchema,
  issueCertificateBodySchema,
} from '../schemas/tls.ts';
import { type OperationOptions, operationRoute } from './operation-route.ts';

export interface TlsReads {
  /** Newest first. @throws {AppError} journal_unavailable for a damaged file */
  certificates(): Promise<CertificateView[]>;
}

export interface TlsOptions extends OperationOptions {
  reads: TlsReads;
}

const tags = ['certificates'];

const issueCertificate = {
  name: 'certificate.issue',
  url: '/issue-certificate',
  tags,
  summary: 'Issue or renew a certificate',
  description: `Has a certificate made by the ACME directory of ACME_DIRECTORY_URL, whose terms of service this call agrees to. Every name
must lie in a public hosted zone: it is proven by a TXT record, \`_acme-challenge\`, set beside what is there and removed
afterwards in every case.

One that is there for the same names is kept until less than a third of its time is left, unless \`force\` is set; so the same
call, made every few weeks, is all that renewal takes. When it fails, nothing is replaced. The gateway gets the certificate
by POST /services/apply-kong-config.`,
  body: issueCertificateBodySchema,
  example: { names: ['example.com', '*.example.com'], email: 'operator@fountain.coach' },
  result: certificateResultSchema,
};

const certificates = {
  operationId: 'list_certificates',
  tags,
  summary: 'List certificates',
  description: 'Every certificate that is kept here, newest first, and from when on a call renews it.',
  response: {
    200: z
      .object({ certificates: z.array(certificateSchema).meta({ description: 'The certificates', example: [] }) })
      .meta({ description: 'The certificates that are kept here' }),
    ...errorResponses,
  },
};

export const tls: FastifyPluginAsyncZod<TlsOptions> = async (app, options) => {
  operationRoute(app, options, issueCertificate);

  app.get('/certificates', { schema: certificates }, async () => ({
    certificates: await options.reads.certificates(),
  }));
};
