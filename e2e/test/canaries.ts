import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Answer, ControlApi } from '../world.ts';

/** Where something could be read, and what stands there. */
export interface Place {
  where: string;
  text: string;
}

/** The same control API, every answer of which is kept in `seen`, and every call to which carries these headers. */
export function watchApi(api: ControlApi, seen: Place[], always: Record<string, string> = {}): ControlApi {
  const keep = async (where: string, call: Promise<Answer>): Promise<Answer> => {
    const answer = await call;
    seen.push({ where, text: JSON.stringify([answer.body, [...answer.headers]]) });
    return answer;
  };
  return {
    ...api,
    get: (path, headers = {}) => keep(`GET ${path}`, api.get(path, { ...always, ...headers })),
    post: (path, body, headers = {}) => keep(`POST ${path}`, api.post(path, body, { ...always, ...headers })),
  };
}

/** Looks at the journal as callers do; the ids of its operations. */
export async function readJournal(api: ControlApi): Promise<string[]> {
  const { body } = await api.get('/operations?limit=200');
  const ids = body.operations.map(({ id }: { id: string }) => id);
  for (const id of ids) {
    await api.get(`/operations/${id}`);
    await api.get(`/operations/${id}/events`);
  }
  return ids;
}

/** All that is kept below a folder, without the private keys, which are meant to be there. */
export async function filesIn(folder: string): Promise<Place[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.parentPath.endsWith('/keys'));
  expect(files.map(({ name }) => name)).toContain('journal.sqlite');
  return Promise.all(
    files.map(async ({ parentPath, name }) => {
      const where = join(parentPath, name);
      return { where, text: await readFile(where, 'latin1') };
    }),
  );
}

/** Where any of these values stands, as it is or encoded. */
export function found(values: Record<string, string>, seen: readonly Place[]): string[] {
  return Object.entries(values).flatMap(([name, value]) =>
    Object.entries(encodings(value)).flatMap(([encoding, text]) =>
      seen.flatMap((place) => (place.text.includes(text) ? [`${name} as ${encoding} in ${place.where}`] : [])),
    ),
  );
}

function encodings(value: string): Record<string, string> {
  const bytes = Buffer.from(value);
  // The first characters do not depend on what follows in an encoding of more.
  const whole = (text: string) => text.replace(/=+$/, '').slice(0, -1);
  const all = {
    plain: value,
    JSON: JSON.stringify(value).slice(1, -1),
    'JSON in JSON': JSON.stringify(JSON.stringify(value).slice(1, -1)).slice(1, -1),
    base64: whole(bytes.toString('base64')),
    base64url: whole(bytes.toString('base64url')),
    'base64 of a login': whole(Buffer.from(`reader:${value}`).toString('base64')),
    'URL encoding': encodeURIComponent(value),
    hex: bytes.toString('hex'),
  };
  const distinct = Object.entries(all).filter(([, text], at, list) => list.findIndex((one) => one[1] === text) === at);
  return Object.fromEntries(distinct);
}
