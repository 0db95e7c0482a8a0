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

interface Death {
  killAt?: string;
  play?: Play;
  kept: boolean;
  nextId: number;
}

const beforeItKnows: Play = (kill) => () => kill();
const beforeItAnswers: Play = (kill) => (_asked, answer, response) => {
  response.writeHead = () => response;
  response.end = () => response;
  answer();
  kill();
};

databases('kill -9', (database) => {
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

  /** Makes a call to a process that ends before it has answered. */
  async function postAndDie(path: string, body: object, killAt: string | undefined, play: Play | undefined) {
    const server = new URL('../src/server.ts', import.meta.url);
    const killed = await startProcess(server, { ...settings, ...(killAt ? { killAt } : {}) });
    sequence.play = play?.(() => killed.kill('SIGKILL'));
    const headers = { 'content-type': 'application/json' };
    const call = fetch(`${killed.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    await expect(call).rejects.toThrow();
    expect(await killed.ended).toBe('SIGKILL');
    sequence.play = undefined;
  }

  /** Runs the service in this process, on the database that the killed one has left. */
  async function withService(work: (client: ContractClient) => Promise<void>): Promise<void> {
    const { app, close } = await buildApp(settings.config);
    try {
      await work(contractClient(app, await readSpec(new URL('../', import.meta.url))));
    } finally {
      await app.close();
      await close();
    }
  }

  test.each<[string, Death]>([
    ['an id is reserved, and not yet kept', { killAt: 'commit 2', kept: false, nextId: 1 }],
    ['the id is kept, and no number known', { play: beforeItKnows, kept: false, nextId: 2 }],
    ['the number is given, and not yet known here', { play: beforeItAnswers, kept: false, nextId: 2 }],
    ['the row is written, and not yet kept', { killAt: 'commit 3', kept: false, nextId: 2 }],
    ['the row is kept, and not yet answered', { killAt: 'answer', kept: true, nextId: 2 }],
  ])('a create, when %s', async (_, { killAt, play, kept, nextId }) => {
    const action = { description: 'Steps from the shadows.', scriptId: 1 };
    await postAndDie('/actions', action, killAt, play);
    await withService(async (client) => {
      const { body } = await client.get('/actions');
      expect(body).toMatchObject(kept ? [{ actionId: 1, sequenceNumber: 1, ...action }] : []);
      const next = (await client.post('/actions', action)).body;
      expect(next.actionId).toBe(nextId);
      expect(next.sequenceNumber).toBe(sequence.numbers.get(`action ${nextId}`));
    });
  });

  test('a create of a paraphrase, when it is written and not yet kept', async () => {
    const paraphrase = { originalId: 1, text: 'x', commentary: 'y' };
    await withService(async (client) => {
      await client.post('/actions', { description: 'x' });
    });
    await postAndDie('/actions/1/paraphrases', paraphrase, 'commit 2', undefined);
    await withService(async (client) => {
      expect((await client.get('/actions/1/paraphrases')).body).toEqual([]);
      expect((await client.post('/actions/1/paraphrases', paraphrase)).body.paraphraseId).toBe(1);
    });
  });
});
