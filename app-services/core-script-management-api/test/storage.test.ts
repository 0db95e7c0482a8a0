import { testStorageFaults } from '@fountainai/service-kit/testing';
import { service } from './open-service.ts';

testStorageFaults({
  ...service,
  name: 'core-script-management-api',
  create: {
    path: '/scripts',
    body: (description) => ({ title: 'x', description }),
    answer: (nth) => ({ scriptId: nth, sequenceNumber: nth }),
  },
  list: '/scripts',
});
