import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { instanceSchema } from '../schemas/lightsail.ts';
import {
  deleteInstanceBodySchema,
  namedInstanceBodySchema,
  rebootInstanceBodySchema,
} from '../schemas/lightsail-changes.ts';
import { type OperationOptions, type OperationRoute, operationRoute } from './operation-route.ts';

const tags = ['instances'];
const example = { instance_name: 'apps', region: 'eu-central-1' };

const result = z
  .looseObject({
    instance: instanceSchema
      .nullable()
      .optional()
      .meta({ description: 'The instance; absent once it is gone', example: { name: 'apps' } }),
  })
  .meta({ description: 'What is there now', example: { instance: { name: 'apps', state: 'running' } } });

const start: OperationRoute = {
  name: 'instance.start',
  url: '/start-instance',
  tags,
  summary: 'Start an instance',
  description: `Starts an instance that is stopped, and waits until its SSH server shows the pinned key. Without a static IP it comes
back with another public address.`,
  body: namedInstanceBodySchema,
  example,
  result,
};

const stop: OperationRoute = {
  name: 'instance.stop',
  url: '/stop-instance',
  tags,
  summary: 'Stop an instance',
  description: 'Stops an instance and waits until it has. It costs as much as before until it is deleted.',
  body: namedInstanceBodySchema,
  example,
  result,
};

const reboot: OperationRoute = {
  name: 'instance.reboot',
  url: '/reboot-instance',
  tags,
  summary: 'Reboot an instance',
  description: `Reboots an instance, waits until it has gone down, and until its SSH server shows the pinned key. With \`since\`, one that
AWS booted later is left alone (a reboot from inside is not seen); without it every call reboots.`,
  body: rebootInstanceBodySchema,
  example: { ...example, since: '2026-11-21T10:00:00Z' },
  result,
};

const remove: OperationRoute = {
  name: 'instance.delete',
  url: '/delete-instance',
  tags,
  summary: 'Delete an instance',
  description: `Deletes an instance with its disk and all that is on it, automatic snapshots included, and waits until it is gone; \`confirm\`
must be its exact name. Its static IP stays, and costs from then on, as do snapshots made by call.`,
  body: deleteInstanceBodySchema,
  example: { ...example, confirm: 'apps' },
  result,
};

export const instancePower: FastifyPluginAsyncZod<OperationOptions> = async (app, options) => {
  for (const route of [start, stop, reboot, remove]) operationRoute(app, options, route);
};
