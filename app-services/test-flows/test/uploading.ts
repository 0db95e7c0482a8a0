import { type Part, type Scene, scenes } from './king-lear.ts';
import type { Stack } from './stack.ts';

type Services = Pick<Stack, 'scripts' | 'characters' | 'sessions'>;
type Row = Record<string, unknown>;

/** What the session's context says, as JSON: everything before this is kept, and perhaps some of what comes next. */
export interface Progress {
  status: 'begun' | 'writing' | 'complete';
  /** How many scenes are whole, and how many parts of the next one are there. */
  scenes: number;
  parts: number;
}

export const play = { title: 'King Lear', author: 'William Shakespeare', description: 'Act 5.' };
const PARTS_AT_ONCE = 20;

/** Begins an upload, and gives the id of its session: all that its client has to remember. */
export async function beginUpload({ sessions }: Services): Promise<number> {
  const progress: Progress = { status: 'begun', scenes: 0, parts: 0 };
  return (await sessions.post('/sessions', { userId: 123, context: JSON.stringify(progress) })).body.sessionId;
}

/**
 * Writes what is not there yet of the act, portion by portion. Creates are not repeatable, so that a client that was cut, and
 * may have missed an answer, first looks for what it was about to write.
 */
export async function upload(services: Services, sessionId: number): Promise<void> {
  const { scripts, sessions } = services;
  const begun: Progress = JSON.parse((await sessions.get(`/sessions/${sessionId}/context`)).body.context);
  const save = (progress: Progress) => sessions.put(`/sessions/${sessionId}`, { context: JSON.stringify(progress) });

  const { body: known } = await scripts.get(`/scripts?title=${encodeURIComponent(play.title)}`);
  const { scriptId } = known[0] ?? (await scripts.post('/scripts', play)).body;
  const people = await cast(services);
  let { parts } = begun;
  for (const [index, scene] of scenes.entries()) {
    if (index < begun.scenes) continue;
    const place = { scriptId, headingId: await sectionOf(services, scriptId, scene) };
    let { kept, loose } = await keptOf(services, place.headingId, scene, parts);
    while (parts < scene.parts.length) {
      const end = Math.min(parts + PARTS_AT_ONCE, scene.parts.length);
      for (const part of scene.parts.slice(kept, end)) {
        await write(services, part, place, people, loose);
        loose = undefined;
      }
      parts = kept = end;
      await save({ status: 'writing', scenes: index, parts });
    }
    parts = 0;
  }
  await save({ status: 'complete', scenes: scenes.length, parts });
}

async function sectionOf({ scripts }: Services, scriptId: number, { title }: Scene): Promise<number> {
  const { body } = await scripts.get(`/scripts/${scriptId}/sections`);
  const known = body.find((section: Row) => section.title === title);
  return (known ?? (await scripts.post(`/scripts/${scriptId}/sections`, { title })).body).headingId;
}

/** How many parts of a scene are kept, of which `sure` are known to be, and the id of a speech whose action is not. */
async function keptOf({ characters }: Services, headingId: number, { parts }: Scene, sure: number) {
  const { body: acted } = await characters.get(`/actions?headingId=${headingId}&offset=${sure}`);
  const kept: number = sure + acted.length;
  const spoken = parts.slice(0, kept).filter((part) => 'text' in part).length;
  const { body: words } = await characters.get(`/spokenWords?headingId=${headingId}&offset=${spoken}`);
  const loose: number | undefined = words[0]?.dialogueId;
  return { kept, loose };
}

/** Tells a character's id by the name, and creates those that are not there when they first speak. */
async function cast({ characters }: Services) {
  const description = `In ${play.title}.`;
  const { body } = await characters.get('/characters?limit=1000');
  const ours = body.filter((one: Row) => one.description === description);
  const ids = new Map<string, number>(ours.map((one: Row) => [one.name, one.characterId]));
  return async (name: string) => {
    const id = ids.get(name) ?? (await characters.post('/characters', { name, description })).body.characterId;
    ids.set(name, id);
    return id;
  };
}

/** Writes a part; the words of a speech may be there already. */
async function write(
  { characters }: Services,
  part: Part,
  place: { scriptId: number; headingId: number },
  idOf: (name: string) => Promise<number>,
  spoken: number | undefined,
): Promise<void> {
  if ('direction' in part) {
    await characters.post('/actions', { description: part.direction, ...place });
    return;
  }
  const { speaker, text } = part;
  const links = { characterId: await idOf(speaker), ...place };
  const dialogueId = spoken ?? (await characters.post('/spokenWords', { text, ...links })).body.dialogueId;
  await characters.post('/actions', { description: `${speaker} speaks.`, dialogueId, ...links });
}
