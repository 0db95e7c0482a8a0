import { inputs } from '../inputs.ts';
import { tag } from '../models.ts';
import { page } from '../paging.ts';
import { type Models, on } from './response.ts';

export function operationResponses({ state, operations, settings, show }: Models) {
  return {
    GetOperation: on(inputs.operation, ({ operationId }, region) => ({
      operation: show.operation(operations.get(region, operationId)),
    })),
    GetOperationsForResource: on(inputs.operationsForResource, ({ resourceName, pageToken }, region) => {
      const { rows, ...next } = page(operations.ofResource(region, resourceName), pageToken, settings.pageSize);
      return { operations: rows.map(show.operation), ...next };
    }),
    TagResource: on(inputs.tag, ({ resourceName, tags }, region) => ({
      operations: [show.operation(operations.done(tag(state, region, resourceName, tags), 'TagResource'))],
    })),
  };
}
