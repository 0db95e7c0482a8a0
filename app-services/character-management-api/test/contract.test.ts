import { readSpec } from '@fountainai/service-kit';
import { allAnswered, type Call, makeCalls, testEveryAnswer } from '@fountainai/service-kit/testing';
import { expect, test } from 'vitest';
import { service } from './open-service.ts';

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

test('the thirty operations that a custom GPT may have', async () => {
  const { paths } = await readSpec(service.folder);
  expect(Object.values(paths).flatMap(({ parameters: _, ...operations }) => Object.values(operations))).toHaveLength(
    30,
  );
});

testEveryAnswer(
  service,
  async ({ client, sequence, loseDatabase }) => {
    const statuses = (calls: readonly Call[]) => makeCalls(client, calls);
    const named = collections(9).flatMap((calls) => calls.slice(2));
    expect(await statuses(named)).toEqual(allAnswered(named, 404));

    const bad = collections(0).flatMap((calls) =>
      calls.map(([id, method, path, body]): Call => {
        return body ? [id, method, path, {}] : [id, method, path.includes('0') ? path : `${path}?limit=0`];
      }),
    );
    expect(await statuses(bad)).toEqual(allAnswered(bad, 400));

    const success = (id: string) => (id.startsWith('delete') ? 204 : id.startsWith('create') ? 201 : 200);
    const good = collections(1).flat();
    expect(await statuses(good)).toEqual(good.map(([id]) => [id, success(id)]));

    await client.post('/characters', { name: 'Juliet', description: '' });
    await client.post('/spokenWords', { text: 'O Romeo', characterId: 2 });
    await client.post('/actions', { description: 'Leans over', characterId: 2, dialogueId: 2 });
    expect((await client.delete('/characters/2')).status).toBe(409);
    expect((await client.delete('/spokenWords/2')).status).toBe(409);

    await client.post('/actions', { description: 'x' });
    const text = '👑'.repeat(10_000);
    for (const path of ['/characters/2', '/spokenWords/2', '/actions/2'].map((path) => `${path}/paraphrases`)) {
      for (let made = 0; made < 51; made++) await client.post(path, { originalId: 2, text, commentary: text });
      expect((await client.get(`${path}?limit=51`)).status).toBe(413);
      expect((await client.get(`${path}?limit=50`)).body).toHaveLength(50);
    }

    const creates = collections(2).flatMap(([create]) => (create ? [create] : []));
    sequence.play = (_asked, _answer, response) => response.end('rubbish');
    expect(await statuses(creates)).toEqual(allAnswered(creates, 502));
    sequence.play = (_asked, _answer, response) => response.destroy();
    expect(await statuses(creates)).toEqual(allAnswered(creates, 503));

    await loseDatabase();
    expect(await statuses(good)).toEqual(allAnswered(good, 500));
  },
  // See many.test.ts, and room.test.ts of service-kit.
  [
    ...['listCharacters', 'listActions', 'listSpokenWords'].flatMap((list) => [`${list} 413`, `${list} 503`]),
    ...['listCharacterParaphrases 503', 'listActionParaphrases 503', 'listSpokenWordParaphrases 503'],
  ],
);
