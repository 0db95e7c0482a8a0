import { databases, openKillableService, testKilledCreates } from '@fountainai/service-kit/testing';
import { expect, onTestFinished, test } from 'vitest';
import { service } from './open-service.ts';

const action = { description: 'Steps from the shadows.', scriptId: 1 };

testKilledCreates({ ...service, elementType: 'action', path: '/actions', id: 'actionId', body: action });

databases('kill -9', (database) => {
  test('a create of a paraphrase, when it is written and not yet kept', async () => {
    const paraphrase = { originalId: 1, text: 'x', commentary: 'y' };
    const killable = await openKillableService(service, database);
    onTestFinished(() => killable.close());
    await killable.run((client) => client.post('/actions', { description: 'x' }));
    await killable.dieIn('/actions/1/paraphrases', paraphrase, { killAt: 'commit 2' });
    await killable.run(async (client) => {
      expect((await client.get('/actions/1/paraphrases')).body).toEqual([]);
      expect((await client.post('/actions/1/paraphrases', paraphrase)).body.paraphraseId).toBe(1);
    });
  });
});
