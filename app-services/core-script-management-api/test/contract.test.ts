import { allAnswered, type Call, makeCalls, testEveryAnswer } from '@fountainai/service-kit/testing';
import { expect } from 'vitest';
import { service } from './open-service.ts';

/** Every operation, on a script and a section of one id. */
const callsOn = (id: number): Call[] => [
  ['createScript', 'post', '/scripts', { title: 'x' }],
  ['listScripts', 'get', '/scripts'],
  ['addSectionHeading', 'post', `/scripts/${id}/sections`, { title: 'x' }],
  [
    'reorderSectionHeadings',
    'post',
    `/scripts/${id}/sections/reorder`,
    { elements: [{ headingId: id, newSequence: 1 }] },
  ],
  ['getScriptById', 'get', `/scripts/${id}`],
  ['updateScript', 'put', `/scripts/${id}`, { title: 'x' }],
  ['listSectionHeadings', 'get', `/scripts/${id}/sections`],
  ['getSectionHeading', 'get', `/scripts/${id}/sections/${id}`],
  ['updateSectionHeading', 'put', `/scripts/${id}/sections/${id}`, { title: 'x' }],
  ['deleteSectionHeading', 'delete', `/scripts/${id}/sections/${id}`],
  ['deleteScript', 'delete', `/scripts/${id}`],
];

const work: Parameters<typeof testEveryAnswer>[1] = async ({ client, sequence, loseDatabase }) => {
  const statuses = (calls: readonly Call[]) => makeCalls(client, calls);
  const good = callsOn(1);
  const created = ['createScript', 'addSectionHeading'];
  const numbered = good.filter(([id]) => [...created, 'reorderSectionHeadings'].includes(id));
  const named = good.slice(2);
  expect(await statuses(named)).toEqual(allAnswered(named, 404));
  const bad = callsOn(0).map(([id, method, path, body]): Call => {
    return body ? [id, method, path, {}] : [id, method, path === '/scripts' ? '/scripts?limit=0' : path];
  });
  expect(await statuses(bad)).toEqual(allAnswered(bad, 400));
  const success = (id: string) => (id.startsWith('delete') ? 204 : created.includes(id) ? 201 : 200);
  await statuses(good.slice(0, 1));
  expect(await statuses(good)).toEqual(good.map(([id]) => [id, success(id)]));
  const again = callsOn(2);
  await statuses(again.slice(2, 3));
  const second = again.filter(([id]) => numbered.some(([one]) => one === id));
  const text = '👑'.repeat(10_000);
  const { scriptId } = (await client.post('/scripts', { title: text })).body;
  for (let made = 0; made < 101; made++) await client.post(`/scripts/${scriptId}/sections`, { title: text });
  expect((await client.get(`/scripts/${scriptId}/sections?limit=101`)).status).toBe(413);
  expect((await client.get(`/scripts/${scriptId}/sections?limit=100`)).body).toHaveLength(100);
  for (let made = 0; made < 34; made++) await client.post('/scripts', { title: text, author: text, description: text });
  expect((await client.get('/scripts?limit=1000')).status).toBe(413);
  expect((await client.get('/scripts?limit=33')).status).toBe(200);
  sequence.play = (_asked, _answer, response) => response.end('rubbish');
  expect(await statuses(second)).toEqual(allAnswered(second, 502));
  sequence.play = (_asked, _answer, response) => response.destroy();
  expect(await statuses(second)).toEqual(allAnswered(second, 503));
  await loseDatabase();
  expect(await statuses(again)).toEqual(allAnswered(again, 500));
};

// See service-kit: room.test.ts.
testEveryAnswer(service, work, ['listScripts 503', 'listSectionHeadings 503']);
