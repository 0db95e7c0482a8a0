import { line } from '../report.ts';
import { load, post, type Request } from './load.ts';
import { type Memory, memoryOf } from './process-figures.ts';
import { stopAll } from './processes.ts';
import { type Stack, startStack } from './stack.ts';

const REQUESTS = 2000;
const CONNECTIONS = 4;
const BEATS = 30;
const text = 'But, soft! what light through yonder window breaks? It is the east, and Juliet is the sun.';

let ids = 0;
/** What each service is asked in turn. */
const mixes: Readonly<Record<keyof Stack, readonly (Request | (() => Request))[]>> = {
  sequence: [
    () => post('/sequence', { elementType: 'paraphrase', elementId: ++ids }),
    { method: 'GET', path: '/sequence?elementType=paraphrase&limit=100' },
    post('/sequence/lookup', { elementType: 'paraphrase', elementIds: [1, 2, 3, 4, 5] }),
    post('/sequence/version', { elementType: 'spokenWord', elementId: 1, newVersionData: { text } }),
  ],
  characters: [
    post('/characters', { name: 'Romeo', description: text }),
    { method: 'GET', path: '/characters?limit=100' },
    post('/actions', { description: text, characterId: 1, scriptId: 2 }),
    { method: 'GET', path: '/actions?scriptId=2&limit=100' },
  ],
  scripts: [
    post('/scripts', { title: 'Romeo and Juliet', author: 'William Shakespeare', description: text }),
    { method: 'GET', path: '/scripts?limit=100' },
    post('/scripts/1/sections', { title: 'Act 2, Scene 2' }),
    { method: 'GET', path: '/scripts/1/sections?limit=100' },
  ],
  sessions: [
    post('/sessions', { userId: 1, context: text }),
    { method: 'GET', path: '/sessions?limit=100' },
    { method: 'PUT', path: '/sessions/1', body: { context: text } },
    { method: 'GET', path: '/sessions/1' },
  ],
  stories: [
    { method: 'GET', path: '/stories?scriptId=1' },
    { method: 'GET', path: '/stories/sequences?scriptId=1&startSequence=1&endSequence=10' },
  ],
};

/** What the services have in memory, all five running and knowing each other, after each was asked much. */
export async function benchMemory(): Promise<void> {
  const stack = await startStack();
  await writeScene(stack);
  for (const [key, requests] of Object.entries(mixes)) {
    const { name, url, pid } = stack[key as keyof Stack];
    await load(url, { amount: REQUESTS, connections: CONNECTIONS, requests });
    const { resident, private: own, proportional } = memoryOf(pid);
    line(`${name}: MB resident after ${REQUESTS} requests`, resident.toFixed(1), 'limit 90');
    line(`${name}: MB of its own (proportional set)`, `${own.toFixed(1)} (${proportional.toFixed(1)})`, 'limit 40');
  }
  // By now they have asked each other a few thousand times more.
  const all = Object.values(stack).map(({ pid }) => memoryOf(pid));
  const sum = (of: (one: Memory) => number) => all.reduce((total, one) => total + of(one), 0).toFixed(0);
  const figures = `${sum((one) => one.private)} (${sum((one) => one.proportional)})`;
  line('all five at the end: MB of their own (proportional sets)', figures, 'limit 190');
  await stopAll();
}

/** Script 1: a scene as it would be, so that stories tell something. */
async function writeScene({ characters, scripts, sessions }: Stack): Promise<void> {
  const create = (url: string, amount: number, path: string, body: object) =>
    load(url, { amount, connections: 1, requests: [post(path, body)] });
  await create(scripts.url, 1, '/scripts', { title: 'Romeo and Juliet' });
  await create(scripts.url, 1, '/scripts/1/sections', { title: 'Act 2, Scene 2' });
  await create(sessions.url, 1, '/sessions', { userId: 1, context: 'longing' });
  await create(characters.url, 2, '/characters', { name: 'Juliet', description: text });
  const place = { scriptId: 1, headingId: 1, characterId: 1 };
  await create(characters.url, 1, '/spokenWords', { ...place, text });
  await create(characters.url, BEATS, '/actions', { ...place, description: text, dialogueId: 1, contextId: 1 });
}
