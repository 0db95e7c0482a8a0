import { testStorageFaults } from '@fountainai/service-kit/testing';
import { service } from './open-service.ts';

testStorageFaults({
  ...service,
  name: 'session-context-management-api',
  create: {
    path: '/sessions',
    body: (context) => ({ userId: 1, context }),
    answer: (nth) => ({ sessionId: nth, sequenceNumber: nth }),
  },
  list: '/sessions',
});
