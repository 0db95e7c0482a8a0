import { line, median } from '../report.ts';
import { load, post } from './load.ts';
import { peakMemoryOf } from './process-figures.ts';
import { type Running, startService, stopAll } from './processes.ts';
import { type Stack, startStack } from './stack.ts';

/** Beats of scripts 1, 2, ... */
const SCRIPTS = [10, 100, 1000, 10_000];
const ROUNDS = 11;
const BEATS_IN_SECTION = 100;
const CONNECTIONS = 10;
/** Characters and sessions that the beats refer to. */
const LINKED = 10;
/** What the services' containers may have, in MB, as the demo deploys them. */
const CONTAINER_MB = 96;
const text = 'But, soft! what light through yonder window breaks? It is the east, and Juliet is the sun.';

/** What a beat of a story costs, however long the story is. */
export async function benchStories(): Promise<void> {
  const stack = await startStack();
  await writeScripts(stack);
  const rounds: number[][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const perBeat: number[] = [];
    for (const [index, beats] of SCRIPTS.entries()) perBeat.push((await tell(stack.stories, index + 1, beats)) / beats);
    rounds.push(perBeat);
  }
  for (const [index, beats] of SCRIPTS.entries()) {
    const ms = median(rounds.map((perBeat) => perBeat[index] ?? Number.NaN));
    line(`GET /stories, ${beats} beats: ms for each beat`, ms.toFixed(3));
  }
  const ratio = median(rounds.map(([, , thousand = 0, tenThousand = 0]) => tenThousand / thousand));
  line('GET /stories: ms for each of 10,000 beats, ratio to 1,000', ratio.toFixed(2), 'limit 1.5');
  for (const { name, pid } of Object.values(stack)) {
    const { own, resident } = peakMemoryOf(pid);
    const figures = `${own.toFixed(1)} (${resident.toFixed(1)})`;
    line(`${name}: most MB meanwhile without files (with them)`, figures, `limit ${CONTAINER_MB}`);
  }
  await stopAll();
}

/** Milliseconds of one story, all of it. */
async function tell({ url }: Running, scriptId: number, beats: number): Promise<number> {
  let told = 0;
  const onAnswer = (_status: number, body: string) => {
    told = JSON.parse(body).story.length;
  };
  const request = { method: 'GET', path: `/stories?scriptId=${scriptId}` } as const;
  const ms = await load(url, { amount: 1, connections: 1, requests: [request], onAnswer });
  if (told !== beats) throw new Error(`Script ${scriptId} has ${told} beats, and not ${beats}`);
  return ms;
}

/** With an action and a spoken word for each beat, and what they refer to. */
async function writeScripts({ sequence, characters, scripts, sessions }: Stack): Promise<void> {
  // On the same file, and without the way to the sequence service, which is told here, and at the same time.
  const writer = await startService('character-management-api', { DATA_DIR: characters.dataDir });
  const total = SCRIPTS.reduce((sum, beats) => sum + beats, 0);
  const numbers = Promise.all([number(sequence, 'spokenWord', total), number(sequence, 'action', total)]);
  await create(scripts, SCRIPTS.length, '/scripts', () => ({ title: 'Romeo and Juliet' }));
  await create(sessions, LINKED, '/sessions', () => ({ userId: 1, context: 'longing' }));
  await create(writer, LINKED, '/characters', () => ({ name: 'Juliet', description: text }));
  let before = 0;
  let sections = 0;
  for (const [index, beats] of SCRIPTS.entries()) {
    const scriptId = index + 1;
    const own = Math.ceil(beats / BEATS_IN_SECTION);
    await create(scripts, own, `/scripts/${scriptId}/sections`, () => ({ title: 'Act 2, Scene 2' }));
    const placeOf = (nth: number) => ({
      scriptId,
      headingId: sections + 1 + Math.floor(nth / BEATS_IN_SECTION),
      characterId: 1 + (nth % LINKED),
    });
    await create(writer, beats, '/spokenWords', (nth) => ({ ...placeOf(nth), text }));
    await create(writer, beats, '/actions', (nth) => {
      return { ...placeOf(nth), description: text, dialogueId: before + 1 + nth, contextId: 1 + (nth % LINKED) };
    });
    before += beats;
    sections += own;
  }
  await numbers;
  await writer.stop();
}

/** `bodyOf` the nth, from 0. */
function create({ url }: Running, amount: number, path: string, bodyOf: (nth: number) => object): Promise<number> {
  let nth = 0;
  return load(url, { amount, connections: CONNECTIONS, requests: [() => post(path, bodyOf(nth++))] });
}

const number = (sequence: Running, elementType: string, amount: number) =>
  create(sequence, amount, '/sequence', (nth) => ({ elementType, elementId: nth + 1 }));
