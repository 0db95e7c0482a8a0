import { type Config, readSpec } from '@fountainai/service-kit';
import {
  type ContractClient,
  contractClient,
  databases,
  openSequenceStandIn,
  type SequenceStandIn,
  startProcess,
} from '@fountainai/service-kit/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildApp } from '../src/app.ts';

type Play = (kill: () => void) => SequenceStandIn['play'];

const server = new URL('../src/server.ts', import.meta.url);
const beforeItKnows: Play = (kill) => () => kill();
const beforeItAnswers: Play = (kill) => (_asked, answer, response) => {
  response.writeHead = () => response;
  response.end = () => response;
  answer();
  kill();
};

interface Death {
  killAt?: string;
  play?: Play;
}

const creates: [string, Death & { kept: boolean; nextId: number }][] = [
  ['an id is reserved, and not yet kept', { killAt: 'commit 2', kept: false, nextId: 1 }],
  ['the id is kept, and no number known', { play: beforeItKnows, kept: false, nextId: 2 }],
  ['the number is given, and not yet known here', { play: beforeItAnswers, kept: false, nextId: 2 }],
  ['the row is written, and not yet kept', { killAt: 'commit 3', kept: false, nextId: 2 }],
  ['the row is kept, and not yet answered', { killAt: 'answer', kept: true, nextId: 2 }],
];

const reorders: [string, Death & { moved: boolean; copied: boolean }][] = [
  ['nobody knows of it', { play: beforeItKnows, moved: false, copied: false }],
  [
    'the sequence service has moved them, and that is not known here',
    { play: beforeItAnswers, moved: true, copied: false },
  ],
  ['copies are moved, and not yet kept', { killAt: 'commit 2', moved: true, copied: false }],
  ['copies are kept, and it is not yet answered', { killAt: 'answer', moved: true, copied: true }],
];

databases('kill -9', (database) => {
  /** Only transactions end otherwise on another kind of database. */
  const matters = ([, { killAt }]: [string, Death]) => database.kind === 'sqlite' || killAt?.startsWith('commit');

  let sequence: SequenceStandIn;
  let settings: { config: Config; drop(): Promise<void> };
  beforeEach(async () => {
    sequence = await openSequenceStandIn();
    settings = await database.fresh({ CENTRAL_SEQUENCE_URL: sequence.url });
  });
  afterEach(async () => {
    await settings.drop();
    await sequence.close();
  });

  /** Runs the service in this process, on the database that the killed one has left. */
  async function withService<T>(work: (client: ContractClient) => Promise<T>): Promise<T> {
    sequence.play = undefined;
    const { app, close } = await buildApp(settings.config);
    const client = contractClient(app, await readSpec(new URL('../', import.meta.url)));
    return work(client).finally(async () => {
      await app.close();
      await close();
    });
  }

  /** Makes a call to a process that ends before it has answered. */
  async function callAndDie(path: string, body: object, killAt: string | undefined, play: Play | undefined) {
    const killed = await startProcess(server, { ...settings, ...(killAt ? { killAt } : {}) });
    if (play) sequence.play = play(() => killed.kill('SIGKILL'));
    const call = fetch(`${killed.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    await expect(call).rejects.toThrow();
    expect(await killed.ended).toBe('SIGKILL');
  }

  test.each(creates.filter(matters))('a create, when %s', async (_, { killAt, play, kept, nextId }) => {
    await callAndDie('/scripts', { title: 'Hamlet' }, killAt, play);
    await withService(async (client) => {
      const { body } = await client.get('/scripts');
      expect(body).toMatchObject(kept ? [{ scriptId: 1, title: 'Hamlet', sequenceNumber: 1 }] : []);
      const next = (await client.post('/scripts', { title: 'Lear' })).body;
      expect(next.scriptId).toBe(nextId);
      expect(next.sequenceNumber).toBe(sequence.numbers.get(`script ${nextId}`));
    });
  });

  test.each(reorders.filter(matters))('a reorder, when %s', async (_, { killAt, play, moved, copied }) => {
    await withService(async (client) => {
      await client.post('/scripts', { title: 'Hamlet' });
      for (const title of ['a', 'b', 'c']) await client.post('/scripts/1/sections', { title });
    });
    const order = {
      elements: [
        { headingId: 1, newSequence: 3 },
        { headingId: 3, newSequence: 1 },
      ],
    };
    await callAndDie('/scripts/1/sections/reorder', order, killAt, play);
    await withService(async (client) => {
      const titles = async () =>
        (await client.get('/scripts/1/sections')).body.map(({ title }: { title: string }) => title).join('');
      expect(await titles()).toBe(moved ? 'cba' : 'abc');
      sequence.play = (_asked, _answer, response) => response.destroy();
      expect(await titles()).toBe(copied ? 'cba' : 'abc');
      sequence.play = undefined;
      expect((await client.post('/scripts/1/sections/reorder', order)).status).toBe(200);
      sequence.play = (_asked, _answer, response) => response.destroy();
      expect(await titles()).toBe('cba');
    });
  });
});
