import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { transform, transformObject } from './openapi-transform.ts';

/** The page may load and call only what comes from here; React sets its styles through the DOM, which needs no exception. */
const docsPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Collects the routes registered after it into one OpenAPI 3.1 document. */
export async function describeRoutes(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'FountainAI Control',
        version,
        description: introduction,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/', description: 'Where this page comes from' }],
      tags: [...tags],
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: 'CONTROL_API_TOKEN, where one is set' },
        },
      },
      security: [{ token: [] }],
    },
    transform,
    transformObject,
  });
}

/** Swagger UI at /docs; /docs/json is the same document as /openapi.json. */
export async function serveDocs(app: FastifyInstance): Promise<void> {
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: docsPolicy,
    theme: { title: 'FountainAI Control' },
    uiConfig: { layout: 'BaseLayout', displayRequestDuration: true, tryItOutEnabled: true },
  });
}

const introduction = `Rolls the FountainAI storytelling stack out to AWS Lightsail, one call at a time.

Every call that changes something takes \`?dry_run=true\` (shows the plan, changes nothing), can be repeated (the second
time nothing changes), is written to a journal before it starts, and answers in one shape. Send \`Prefer: respond-async\` to
be answered at once and follow \`/operations/{id}/events\`.`;

const tags = [
  { name: 'instances', description: 'Lightsail instances and what they are made of' },
  { name: 'network', description: 'Static IPs and firewalls' },
  { name: 'snapshots', description: 'Disks of instances, kept' },
  { name: 'hosts', description: 'How a host is, and what runs on it' },
  { name: 'apps', description: 'Containers on a host' },
  { name: 'opensearch', description: 'OpenSearch on a host' },
  { name: 'kong', description: 'The gateway on a host' },
  { name: 'github', description: 'Secrets of GitHub repositories' },
  { name: 'dns', description: 'Hosted zones and records of Route 53' },
  { name: 'operations', description: 'The journal: what was done, and what is being done' },
  { name: 'process', description: 'This control API itself' },
] as const;
