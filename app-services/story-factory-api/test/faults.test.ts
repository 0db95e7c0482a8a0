import { loadConfig } from '@fountainai/service-kit';
import { startProcess } from '@fountainai/service-kit/testing';
import { expect, test } from 'vitest';
import { buildApp } from '../src/app.ts';
import { folder, openStories } from './open-stories.ts';
import { keptStory } from './peers.ts';

const story = '/stories?scriptId=1';
/** What a story asks, and whom. */
const questions = [
  ['GET /scripts/1', 'core-script-management-api'],
  ['GET /scripts/1/sections', 'core-script-management-api'],
  ['GET /actions', 'character-management-api'],
  ['GET /spokenWords', 'character-management-api'],
  ['GET /characters', 'character-management-api'],
  ['POST /sessions/lookup', 'session-context-management-api'],
] as const;

test.each(questions)('%s never answers: 503 that names %s', async (question, name) => {
  const { client, peers } = await openStories(undefined, { PEER_TIMEOUT_MS: '50' });
  peers.play = (asked) => asked === question;
  const { status, body } = await client.get(story);
  expect([status, body.errorCode, body.message]).toEqual([
    503,
    'peer_unavailable',
    `${name} cannot be reached (no answer in 50 ms).`,
  ]);
  expect(peers.asked.filter((asked) => asked === question).length).toBeLessThanOrEqual(6);
});

test.each(questions)('%s ends the connection once: nobody notices', async (question) => {
  const { client, peers } = await openStories();
  let ended = 0;
  peers.play = (asked, response) => asked === question && ended++ === 0 && Boolean(response.destroy());
  expect((await client.get(story)).status).toBe(200);
});

const rubbish = ['', '<html>', 'null', '[null]', '[[]]', '[{}]', '{}', '{"sessions":{}}', '{"title":7}', '"x"', '7'];
test.each(questions)('%s answers with rubbish: 502 that names %s', async (question, name) => {
  const { client, peers } = await openStories();
  for (const answer of rubbish) {
    peers.play = (asked, response) => asked === question && Boolean(response.end(answer));
    const { status, body } = await client.get(story);
    expect([answer, status, body.errorCode]).toEqual([answer, 502, 'peer_answer']);
    expect(body.message).toContain(name);
  }
});

test.each(questions)('%s answers without an end: 413, and it is not waited for', async (question) => {
  const { client, peers } = await openStories();
  peers.play = (asked, response) => {
    if (asked !== question) return false;
    const more = () => void (response.destroyed || response.write(' '.repeat(100_000), more));
    more();
    return true;
  };
  expect((await client.get(story)).status).toBe(413);
});

test('a peer that is refused something is not blamed on the caller', async () => {
  const { client, peers } = await openStories();
  peers.play = (asked, response) => asked === 'GET /actions' && Boolean(response.writeHead(404).end('{}'));
  expect((await client.get('/stories?scriptId=1')).body.message).toBe('character-management-api answered 404.');
});

test('a peer that is down is given time, which /ready tells; a story of others says so at once', async () => {
  const { client, peers, app } = await openStories();
  const states = async () => (await app.inject('/ready')).json();
  const all = (state: string) => Object.fromEntries(questions.map(([, name]) => [name, state]));
  expect(await states()).toMatchObject({ status: 'ready', peers: all('not asked yet') });
  await client.get(story);
  const reachable = all('reachable');
  expect(await states()).toMatchObject({ status: 'ready', peers: reachable });
  peers.play = (asked, response) => asked.endsWith('/lookup') && Boolean(response.destroy());
  for (let time = 0; time < 3; time++) expect((await client.get(story)).status).toBe(503);
  expect(await states()).toMatchObject({
    status: 'ready',
    peers: { ...reachable, 'session-context-management-api': 'unreachable' },
  });
  const asked = peers.asked.filter((one) => one.endsWith('/lookup')).length;
  expect((await client.get(story)).body.message).toContain('it is given 5 s to recover');
  expect(peers.asked.filter((one) => one.endsWith('/lookup'))).toHaveLength(asked);
  // Who needs no contexts is not kept waiting.
  peers.kept = { ...keptStory(3), sessions: [], actions: [] };
  expect((await client.get(story)).status).toBe(200);
});

test.each(['GET /scripts/1/sections', 'GET /actions', 'GET /spokenWords'])(
  'numbers of %s are copies: the story says so',
  async (question) => {
    const { client, peers } = await openStories();
    expect((await client.get(story)).headers).not.toHaveProperty('x-sequence-numbers');
    peers.play = (asked, response) => {
      if (asked === question) response.setHeader('x-sequence-numbers', 'copies');
      return false;
    };
    for (const path of [
      story,
      '/stories/validate?scriptId=1',
      '/stories/sequences?scriptId=1&startSequence=1&endSequence=1',
    ]) {
      expect((await client.get(path)).headers['x-sequence-numbers']).toBe('copies');
    }
  },
);

test("every question carries the request's id", async () => {
  const { app, peers } = await openStories();
  await app.inject({ url: story, headers: { 'x-request-id': 'request-7' } });
  expect([...peers.requestIds]).toEqual(['request-7']);
});

test.each(['CORE_SCRIPT_URL', 'CHARACTER_URL', 'SESSION_CONTEXT_URL'])(
  'without %s it does not start',
  async (setting) => {
    await expect(buildApp(loadConfig({ [setting]: '' }))).rejects.toThrow(`${setting} is empty`);
  },
);

test('as a process, without any of its peers: it is ready, says who is missing, and ends when told', async () => {
  const nobody = 'http://127.0.0.1:9';
  const env = { CORE_SCRIPT_URL: nobody, CHARACTER_URL: nobody, SESSION_CONTEXT_URL: nobody };
  const service = await startProcess(new URL('src/server.ts', folder), { config: loadConfig({}), env });
  expect((await fetch(`${service.url}/ready`)).status).toBe(200);
  const response = await fetch(`${service.url}/stories?scriptId=1`);
  expect([response.status, await response.json()]).toMatchObject([503, { errorCode: 'peer_unavailable' }]);
  service.kill('SIGTERM');
  expect(await service.ended).toBe('0');
});
