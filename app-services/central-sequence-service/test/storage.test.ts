import { testStorageFaults } from '@fountainai/service-kit/testing';
import { service } from './open-service.ts';

testStorageFaults({
  ...service,
  name: 'central-sequence-service',
  create: {
    path: '/sequence/version',
    body: (text) => ({ elementType: 'spokenWord', elementId: 1, newVersionData: { text } }),
    answer: (nth) => ({ versionNumber: nth + 1 }),
  },
  list: '/sequence/version?elementType=spokenWord&elementId=1',
});
