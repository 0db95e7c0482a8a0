import { readSpec } from '@fountainai/service-kit';
import { databases } from '@fountainai/service-kit/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openService, type TestService } from './open-service.ts';

type Method = 'get' | 'post' | 'put' | 'delete';
type Call = readonly [operationId: string, method: Method, path: string, body?: object];

const spec = await readSpec(new URL('../', import.meta.url));
const operations = Object.values(spec.paths).flatMap(({ parameters: _, ...item }) => Object.values(item));

/** The operations of a collection and those of the paraphrases of what is in it, in an order in which all succeed. */
function collection(name: string, path: string, id: number, paraphraseId: number, body: object): Call[] {
  const paraphrases = `${path}/${id}/paraphrases`;
  return [
    [`create${name}`, 'post', path, body],
    [`list${name}s`, 'get', path],
    [`get${name}ById`, 'get', `${path}/${id}`],
    [`update${name}`, 'put', `${path}/${id}`, body],
    [`create${name}Paraphrase`, 'post', paraphrases, { originalId: id, text: 'x', commentary: 'x' }],
    [`list${name}Paraphrases`, 'get', paraphrases],
    [`get${name}ParaphraseById`, 'get', `${paraphrases}/${paraphraseId}`],
    [`update${name}Paraphrase`, 'put', `${paraphrases}/${paraphraseId}`, { text: 'y' }],
    [`delete${name}Paraphrase`, 'delete', `${paraphrases}/${paraphraseId}`],
    [`delete${name}`, 'delete', `${path}/${id}`],
  ];
}

/** Paraphrases are counted over all collections. */
const collections = (id: number) => [
  collection('Character', '/characters', id, 1, { name: 'x', description: 'x' }),
  collection('Action', '/actions', id, 2, { description: 'x' }),
  collection('SpokenWord', '/spokenWords', id, 3, { text: 'x' }),
];

test('the thirty operations that a custom GPT may have, each told in 300 characters, each with examples', () => {
  expect(operations).toHaveLength(30);
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(30);
  for (const operation of operations as unknown as Record<string, string>[]) {
    expect(operation.summary, operation.operationId).toMatch(/^\w/);
    expect(operation.description?.length, operation.operationId).toBeLessThanOrEqual(300);
  }
  for (const { operationId, requestBody, responses } of operations) {
    const contents = [requestBody, ...Object.values(responses)].flatMap((one) => Object.values(one?.content ?? {}));
    for (const content of contents) expect(content, operationId).toHaveProperty('example');
  }
});

databases('the contract', (database) => {
  let service: TestService;
  beforeEach(async () => {
    service = await openService(database);
  });
  afterEach(() => service.close());

  const statuses = async (calls: readonly Call[]) => {
    const found: [string, number][] = [];
    for (const [operationId, method, path, body] of calls) {
      found.push([operationId, (await service.client[method](path, body)).status]);
    }
    return found;
  };
  const all = (calls: readonly Call[], status: number) => calls.map(([operationId]) => [operationId, status]);

  test('every operation answers every status that it declares', async () => {
    const declared = operations.flatMap(({ operationId, responses }) =>
      Object.keys(responses).map((status) => `${operationId} ${status}`),
    );
    const named = collections(9).flatMap((calls) => calls.slice(2));
    expect(await statuses(named)).toEqual(all(named, 404));

    const bad = collections(0).flatMap((calls) =>
      calls.map(([id, method, path, body]): Call => {
        return body ? [id, method, path, {}] : [id, method, path.includes('0') ? path : `${path}?limit=0`];
      }),
    );
    expect(await statuses(bad)).toEqual(all(bad, 400));

    const success = (id: string) => (id.startsWith('delete') ? 204 : id.startsWith('create') ? 201 : 200);
    const good = collections(1).flat();
    expect(await statuses(good)).toEqual(good.map(([id]) => [id, success(id)]));

    await service.client.post('/characters', { name: 'Juliet', description: '' });
    await service.client.post('/spokenWords', { text: 'O Romeo', characterId: 2 });
    await service.client.post('/actions', { description: 'Leans over', characterId: 2, dialogueId: 2 });
    expect((await service.client.delete('/characters/2')).status).toBe(409);
    expect((await service.client.delete('/spokenWords/2')).status).toBe(409);

    const creates = collections(2).flatMap(([create]) => (create ? [create] : []));
    service.sequence.play = (_asked, _answer, response) => response.end('rubbish');
    expect(await statuses(creates)).toEqual(all(creates, 502));
    service.sequence.play = (_asked, _answer, response) => response.destroy();
    expect(await statuses(creates)).toEqual(all(creates, 503));

    await service.loseDatabase();
    expect(await statuses(good)).toEqual(all(good, 500));
    expect([...service.client.seen].sort()).toEqual(declared.sort());
  });
});
