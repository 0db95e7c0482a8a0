import { testStorageFaults } from '@fountainai/service-kit/testing';
import { service } from './open-service.ts';

testStorageFaults({
  ...service,
  name: 'character-management-api',
  create: {
    path: '/spokenWords',
    body: (text) => ({ text }),
    answer: (nth) => ({ dialogueId: nth, sequenceNumber: nth }),
  },
  list: '/spokenWords',
});
