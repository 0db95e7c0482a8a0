import { allAnswered, type Call, makeCalls, testEveryAnswer } from '@fountainai/service-kit/testing';
import { expect } from 'vitest';
import { service } from './open-service.ts';

/** Every operation on a session, in an order in which all succeed; those after the first three name it in their path. */
const callsOn = (id: number): Call[] => [
  ['createSession', 'post', '/sessions', { userId: id }],
  ['listSessions', 'get', `/sessions?userId=${id}`],
  ['lookUpSessions', 'post', '/sessions/lookup', { sessionIds: [id] }],
  ['getSessionById', 'get', `/sessions/${id}`],
  ['updateSession', 'put', `/sessions/${id}`, { context: 'y' }],
  ['getSessionContext', 'get', `/sessions/${id}/context`],
  ['getSessionContextHistory', 'get', `/sessions/${id}/context/history`],
  ['deleteSession', 'delete', `/sessions/${id}`],
];

testEveryAnswer(
  service,
  async ({ client, sequence, loseDatabase }) => {
    const statuses = (calls: readonly Call[]) => makeCalls(client, calls);
    const [bad, named, good] = [callsOn(0), callsOn(9).slice(3), callsOn(1)];
    expect(await statuses(bad)).toEqual(allAnswered(bad, 400));
    expect(await statuses(named)).toEqual(allAnswered(named, 404));
    const success = (id: string) => (id === 'createSession' ? 201 : id === 'deleteSession' ? 204 : 200);
    expect(await statuses(good)).toEqual(good.map(([id]) => [id, success(id)]));

    const create = good.slice(0, 1);
    sequence.play = (_asked, _answer, response) => response.end('rubbish');
    expect(await statuses(create)).toEqual(allAnswered(create, 502));
    sequence.play = (_asked, _answer, response) => response.destroy();
    expect(await statuses(create)).toEqual(allAnswered(create, 503));
    await loseDatabase();
    expect(await statuses(good)).toEqual(allAnswered(good, 500));
  },
  // See many.test.ts, and room.test.ts of service-kit.
  ['listSessions', 'lookUpSessions', 'getSessionContextHistory'].flatMap((list) => [`${list} 413`, `${list} 503`]),
);
