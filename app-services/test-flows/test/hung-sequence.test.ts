import { databases, openSequenceStandIn } from '@fountainai/service-kit/testing';
import { expect, test } from 'vitest';
import { beats, writeBalconyScene } from './balcony.ts';
import { openStack } from './stack.ts';

databases('a sequence service that accepts and never answers', (database) => {
  test('stories are told with copies, at once and again', async () => {
    const stack = await openStack(database);
    const hung = await openSequenceStandIn();
    hung.play = () => undefined;
    await writeBalconyScene(stack);
    await stack.restart({ sequenceUrl: hung.url, peerTimeoutMs: 1000 });
    for (let time = 1; time <= 5; time++) {
      const { status, body, headers } = await stack.stories.get('/stories?scriptId=1');
      expect([status, headers['x-sequence-numbers']]).toEqual([200, 'copies']);
      expect(body.story).toHaveLength(beats.length);
    }
    await hung.close();
    await stack.close();
  });
});
