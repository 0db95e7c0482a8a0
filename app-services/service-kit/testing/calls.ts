import { operationsOf } from '../src/routes.ts';
import type { Spec } from '../src/spec.ts';
import type { ContractClient } from './contract-client.ts';

export type Call = readonly [
  operationId: string,
  method: 'get' | 'post' | 'put' | 'delete',
  path: string,
  body?: unknown,
];

/** `operationId status` of every answer that a contract declares, as `seen` of a client tells those that came. */
export const declaredAnswers = (spec: Spec): string[] =>
  operationsOf(spec).flatMap(({ operation: { operationId, responses } }) =>
    Object.keys(responses).map((status) => `${operationId} ${status}`),
  );

/** Makes the calls one after the other, and tells how each was answered. */
export async function makeCalls(client: ContractClient, calls: readonly Call[]): Promise<[string, number][]> {
  const answers: [string, number][] = [];
  for (const [operationId, method, path, body] of calls) {
    answers.push([operationId, (await client[method](path, body)).status]);
  }
  return answers;
}

/** What `makeCalls` tells when all of them are answered alike. */
export const allAnswered = (calls: readonly Call[], status: number): [string, number][] =>
  calls.map(([operationId]) => [operationId, status]);
