import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { errorResponses } from '../schemas/answers.ts';
import {
  createSnapshotBodySchema,
  deleteSnapshotBodySchema,
  regionQuerySchema,
  type Snapshot,
  snapshotSchema,
} from '../schemas/lightsail-changes.ts';
import { type OperationOptions, type OperationRoute, operationRoute } from './operation-route.ts';

/** Throws AppErrors with what AWS answers. */
export interface SnapshotReads {
  snapshots(region: string): Promise<Snapshot[]>;
}

export interface SnapshotOptions extends OperationOptions {
  reads: SnapshotReads;
}

const tags = ['snapshots'];
const example = { snapshot_name: 'apps-before-upgrade', region: 'eu-central-1' };

const result = z
  .looseObject({
    snapshot: snapshotSchema
      .nullable()
      .optional()
      .meta({
        description: 'The snapshot; null on a dry run that would make it',
        example: { name: 'apps-before-upgrade' },
      }),
  })
  .meta({ description: 'What is there now', example: { snapshot: { name: 'apps-before-upgrade' } } });

const create: OperationRoute = {
  name: 'snapshot.create',
  url: '/create-snapshot',
  tags,
  summary: 'Keep the disk of an instance',
  description: `Makes a snapshot of an instance's disk, and waits until it is available; one of this name of the same instance is taken as
it is. What programs have not written to the disk yet is not in it. It costs 0.05 USD a month for each GB.`,
  body: createSnapshotBodySchema,
  example: { ...example, instance_name: 'apps' },
  result,
};

const remove: OperationRoute = {
  name: 'snapshot.delete',
  url: '/delete-snapshot',
  tags,
  summary: 'Delete a snapshot',
  description: 'Deletes a snapshot; `confirm` must be its exact name. One that is not there is no error.',
  body: deleteSnapshotBodySchema,
  example: { ...example, confirm: 'apps-before-upgrade' },
  result,
};

const list = {
  operationId: 'list_snapshots',
  tags,
  summary: 'List snapshots',
  description: 'Every snapshot of a region, of which instance it is, and what it costs.',
  querystring: regionQuerySchema,
  response: {
    200: z
      .object({ snapshots: z.array(snapshotSchema).meta({ description: 'All of the region', example: [] }) })
      .meta({ description: 'The snapshots of a region' }),
    ...errorResponses,
  },
};

export const snapshots: FastifyPluginAsyncZod<SnapshotOptions> = async (app, options) => {
  operationRoute(app, options, create);
  operationRoute(app, options, remove);
  app.get('/snapshots', { schema: list }, async ({ query }) => ({
    snapshots: await options.reads.snapshots(query.region),
  }));
};
