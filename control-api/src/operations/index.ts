import { AppError } from '../lib/errors.ts';
import type { Operation, StartOptions, Target } from './operation.ts';
import type { Runner, Started } from './runner.ts';

/** Every operation by its name, with its input already known to fit its schema. */
export interface Operations {
  start(name: string, input: unknown, options: StartOptions): Promise<Started>;
  deadlineS(name: string): number;
}

// Each operation has an input of its own; the route that names it is the one that checked the input.
// biome-ignore lint/suspicious/noExplicitAny: the catalogue holds operations of every input
export type AnyOperation = Operation<any, any>;

/** The catalogue: the only list of what this control API can change. */
export function createOperations(runner: Runner, catalogue: readonly AnyOperation[]): Operations {
  const byName = new Map(catalogue.map((operation) => [operation.name, operation]));
  const find = (name: string): Operation<unknown, Target> => {
    const operation = byName.get(name);
    if (!operation) throw new AppError('internal_error', `No operation is called ${name}.`);
    return operation;
  };
  return {
    start: (name, input, options) => runner.start(find(name), input, options),
    deadlineS: (name) => find(name).deadlineS,
  };
}
