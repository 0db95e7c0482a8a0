import { expect } from 'vitest';
import type { Answer } from '../world.ts';

/** The one shape of a failure: a code of the catalogue, what happened, what to do, and nothing of our insides. */
export function expectFailure(answer: Answer, status: number, code: string): void {
  expect(answer).toMatchObject({ status, body: { status: 'error', code } });
  expect(answer.body.message).toMatch(/\w{3}/);
  expect(answer.body.hint).toMatch(/\w{3}/);
  expect(JSON.stringify(answer.body)).not.toMatch(/\.ts:\d+|node_modules|Error: .*\\n\s+at /);
}

export function expectSuccess(answer: Answer, changed: boolean): void {
  expect(answer).toMatchObject({ status: 200, body: { status: 'success', changed, dry_run: false } });
  expect(answer.body.message).toMatch(/\w{3}/);
}
