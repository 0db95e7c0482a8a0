import { randomUUID } from 'node:crypto';
import { notFound } from './errors.ts';
import { type LightsailState, type OperationRow, type Resource, typeOf } from './models.ts';

export type Operations = ReturnType<typeof createOperations>;

/** Lightsail's record of what was asked of it: NotStarted, Started, then Succeeded or Failed for good. */
export function createOperations(state: LightsailState, changed: () => void) {
  function move(row: OperationRow, status: OperationRow['status'], error: Partial<OperationRow> = {}): void {
    if (isTerminal(row)) return;
    Object.assign(row, { status, statusChangedAt: Date.now() }, error);
    changed();
  }
  function fail(row: OperationRow, error: unknown): void {
    const errorDetails = error instanceof Error ? error.message : String(error);
    move(row, 'Failed', { errorCode: 'InternalError', errorDetails });
  }
  const operations = {
    begin(resource: Resource & { availabilityZone?: string }, operationType: string, operationDetails = '') {
      const now = Date.now();
      const row: OperationRow = {
        id: randomUUID(),
        resourceName: resource.name,
        resourceType: typeOf(resource),
        operationType,
        operationDetails,
        region: resource.region,
        availabilityZone: resource.availabilityZone ?? 'all',
        createdAt: now,
        status: 'NotStarted',
        statusChangedAt: now,
      };
      state.operations.push(row);
      changed();
      return row;
    },
    /** The record of what is done already. */
    done(resource: Resource & { availabilityZone?: string }, operationType: string, operationDetails = '') {
      const row = operations.begin(resource, operationType, operationDetails);
      operations.succeed(row);
      return row;
    },
    start: (row: OperationRow) => move(row, 'Started'),
    /** Without effect on an operation that has ended, as is `fail`. */
    succeed: (row: OperationRow) => move(row, 'Succeeded'),
    fail,
    /** Fails what was under way when an earlier sandbox was killed. */
    abandon(): void {
      for (const row of state.operations) fail(row, new Error('The sandbox ended meanwhile.'));
    },
    get(region: string, id: string): OperationRow {
      const row = state.operations.find((one) => one.region === region && one.id === id);
      if (!row) throw notFound('Operation', id);
      return row;
    },
    /** The latest first. Throws NotFound for a name that nothing was ever asked of. */
    ofResource(region: string, name: string): OperationRow[] {
      const rows = state.operations.filter((one) => one.region === region && one.resourceName === name);
      if (rows.length === 0) throw notFound('Resource', name);
      return rows.reverse();
    },
  };
  return operations;
}

export function isTerminal({ status }: OperationRow): boolean {
  return status === 'Succeeded' || status === 'Failed';
}
