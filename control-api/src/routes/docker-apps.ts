import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { HostReads } from '../reads/host-reads.ts';
import { errorResponses } from '../schemas/answers.ts';
import {
  deployDockerAppBodySchema,
  hostQuerySchema,
  removeDockerAppBodySchema,
  restartDockerAppBodySchema,
  rollbackDockerAppBodySchema,
} from '../schemas/app.ts';
import { dockerAppsSchema } from '../schemas/host-reads.ts';
import { type OperationOptions, operationRoute } from './operation-route.ts';

export interface DockerAppsOptions extends OperationOptions {
  reads: HostReads;
}

const tags = ['apps'];
const host = { instance_ip: '9.10.11.12', ssh_key_path: '/path/to/ssh_key' };
const name = z.string().meta({ description: 'The app', example: 'my-app' });
const digest = 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

const deployed = z
  .looseObject({
    name,
    image: z.string().meta({ description: 'The image as it was asked for', example: 'ghcr.io/user/my-app:latest' }),
    digest: z
      .string()
      .nullable()
      .meta({ description: 'What it stands for; null on a dry run that could not find out', example: digest }),
    url: z
      .string()
      .nullable()
      .meta({ description: 'Where it answers; null without ports', example: 'http://172.26.0.5:8080' }),
  })
  .meta({ description: 'The app as it is now', example: { name: 'my-app', digest } });

const managed = z.looseObject({ name }).meta({ description: 'The app', example: { name: 'my-app' } });

const deploy = {
  name: 'docker-app.deploy',
  url: '/deploy-docker-app',
  tags,
  summary: 'Deploy a container image',
  description: `Brings a host to where it runs this image as asked: system, swap and Docker first, then the app, by digest. A tag is
resolved on the host. Running already as asked: nothing is changed. \`app\` names a manifest that says all that is left out. With two
ports the new release starts beside the old one, which goes on until the new one has been ready for a while; with one it is stopped
first. Never healthy: the one before serves on, or runs again, 502.`,
  body: deployDockerAppBodySchema,
  example: { ...host, docker_image: 'ghcr.io/user/repo/my-app:latest' },
  result: deployed,
};

const restart = {
  name: 'docker-app.restart',
  url: '/restart-docker-app',
  tags,
  summary: 'Restart an app',
  description: 'Restarts an app and waits until it is healthy. With `since`, one that was started later is left alone.',
  body: restartDockerAppBodySchema,
  example: { ...host, name: 'my-app', since: '2026-11-21T10:00:00Z' },
  result: managed,
};

const rollback = {
  name: 'docker-app.rollback',
  url: '/rollback-docker-app',
  tags,
  summary: 'Go back to a release',
  description: `Runs a release that is kept on the host, which needs neither the registry nor its secrets again; beside the one in use
first, if it has two ports.`,
  body: rollbackDockerAppBodySchema,
  example: {
    ...host,
    name: 'my-app',
    to: digest,
  },
  result: managed,
};

const remove = {
  name: 'docker-app.remove',
  url: '/remove-docker-app',
  tags,
  summary: 'Remove an app',
  description: 'Removes the container of an app; `confirm` must be its exact name. Its volumes stay.',
  body: removeDockerAppBodySchema,
  example: { ...host, name: 'my-app', confirm: 'my-app' },
  result: managed,
};

const list = {
  operationId: 'list_docker_apps',
  tags,
  summary: 'List the apps on a host',
  description: 'Every app on a host, with the releases that it can go back to.',
  querystring: hostQuerySchema,
  response: { 200: dockerAppsSchema, ...errorResponses },
};

export const dockerApps: FastifyPluginAsyncZod<DockerAppsOptions> = async (app, options) => {
  const { reads } = options;
  for (const route of [deploy, restart, rollback, remove]) operationRoute(app, options, route);
  app.get('/docker-apps', { schema: list }, async ({ query }) => ({ apps: await reads.dockerApps(query) }));
};
