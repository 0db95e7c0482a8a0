import { databases } from '@fountainai/service-kit/testing';
import { expect, test } from 'vitest';
import { openStack } from './stack.ts';

databases('a sequence service that comes later', (database) => {
  test('numbers given before it are given again, and the validation of the story shows that', async () => {
    const stack = await openStack(database);
    await stack.restart({ sequenceUrl: '' });
    await stack.scripts.post('/scripts', { title: 'x' });
    await stack.characters.post('/actions', { description: 'before', scriptId: 1 });
    await stack.restart();
    await stack.characters.post('/actions', { description: 'after', scriptId: 1 });
    const { body } = await stack.stories.get('/stories/validate?scriptId=1');
    expect(body).toMatchObject({ valid: false, duplicates: [{ elementType: 'action', sequenceNumber: 1 }] });
    await stack.close();
  });
});
