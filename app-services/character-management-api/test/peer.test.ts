import { testPeerFaults } from '@fountainai/service-kit/testing';
import { kinds } from './kinds.ts';
import { service } from './open-service.ts';

const [characters, ...others] = kinds.map(({ path, id, text, body }) => ({
  path,
  id,
  body: body('x'),
  change: { [text]: 'y' },
}));

if (characters) testPeerFaults(service, characters, ...others);
