import { testPeerFaults } from '@fountainai/service-kit/testing';
import { service } from './open-service.ts';

testPeerFaults(service, { path: '/scripts', id: 'scriptId', body: { title: 'x' }, change: { title: 'y' } });
