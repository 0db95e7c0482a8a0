import { testPeerFaults } from '@fountainai/service-kit/testing';
import { service } from './open-service.ts';

testPeerFaults(service, { path: '/sessions', id: 'sessionId', body: { userId: 1 }, change: { context: 'y' } });
