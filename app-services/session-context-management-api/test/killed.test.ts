import { databases, openKillableService, testKilledCreates } from '@fountainai/service-kit/testing';
import { expect, onTestFinished, test } from 'vitest';
import { service } from './open-service.ts';

const session = { userId: 123, context: 'Juliet waits.', data: { mood: 'longing' } };

testKilledCreates({ ...service, elementType: 'session', path: '/sessions', id: 'sessionId', body: session });

databases('kill -9 of a create', (database) => {
  test('session and history are kept together, or not at all', async () => {
    const killable = await openKillableService(service, database);
    onTestFinished(() => killable.close());
    await killable.dieIn('/sessions', session, { killAt: 'commit 3' });
    await killable.dieIn('/sessions', session, { killAt: 'answer' });
    await killable.run(async (client) => {
      const { body } = await client.get('/sessions');
      expect(body).toMatchObject([{ sessionId: 2, ...session }]);
      expect((await client.get('/sessions/2/context/history')).body).toMatchObject([
        { versionNumber: 1, context: 'Juliet waits.' },
      ]);
    });
  });
});
