import { isDeepStrictEqual } from 'node:util';
import type { Gateway as WholeGateway } from './gateway.ts';
import { say } from './stage.ts';

/** Shakespeare, Romeo and Juliet, act 2, scene 2, as the worked example of the services' first contract has it. */
const scene = {
  script: {
    title: 'Romeo and Juliet',
    author: 'William Shakespeare',
    description: 'A tale of two star-crossed lovers.',
  },
  section: 'Act 1, Scene 1',
  characters: {
    juliet: { name: 'Juliet', description: 'The daughter of the house of Capulet.' },
    romeo: { name: 'Romeo', description: 'The son of the house of Montague.' },
  },
  beats: [
    {
      who: 'juliet',
      says: 'O Romeo, Romeo! Wherefore art thou Romeo?',
      does: 'Juliet stands on the balcony, speaking into the night.',
      context: { mood: 'longing', location: "Capulet's mansion balcony" },
    },
    {
      who: 'romeo',
      says: 'Shall I hear more, or shall I speak at this?',
      does: 'Romeo steps out of the shadows.',
      context: { mood: 'desperate', location: 'below the balcony' },
    },
    {
      who: 'juliet',
      says: "What's in a name? That which we call a rose by any other name would smell as sweet.",
      does: 'Juliet leans over the balustrade.',
      context: { mood: 'curious', location: 'balcony' },
    },
  ],
} as const;

/** Who leads to the services. */
type Gateway = Pick<WholeGateway, 'get' | 'getJson' | 'post'>;

interface Beat {
  sequence: number;
  character: { name: string };
  spokenWord: { text: string };
  action: { description: string };
  context: { data: Record<string, string> };
}

/** Where the scene can be read again. */
export interface Written {
  scriptId: number;
}

/** Writes the scene as a client of the services' APIs would, and reads it back as a story; throws unless it is the same. */
export async function writeAndReadBalcony(gateway: Gateway): Promise<Written> {
  say('\nWrite a story');
  const { post } = gateway;
  const { scriptId } = await post('core-script-management-api', '/scripts', scene.script);
  const sections = `/scripts/${scriptId}/sections`;
  const { headingId } = await post('core-script-management-api', sections, { title: scene.section });
  const characters: Record<string, number> = {};
  for (const [who, character] of Object.entries(scene.characters)) {
    const { characterId } = await post('character-management-api', '/characters', character);
    characters[who] = Number(characterId);
  }
  for (const { who, says, does, context } of scene.beats) {
    const place = { scriptId, headingId, characterId: characters[who] };
    const words = { text: says, ...place };
    const { dialogueId } = await post('character-management-api', '/spokenWords', words);
    const session = { userId: 1, context: `${context.mood}, ${context.location}`, data: context, ...place };
    const { sessionId } = await post('session-context-management-api', '/sessions', session);
    const action = { description: does, dialogueId, contextId: sessionId, ...place };
    await post('character-management-api', '/actions', action);
  }
  say('\nRead it back');
  await readBalcony(gateway, { scriptId });
  return { scriptId };
}

/** Throws unless the story is the one written, and its music is there. */
export async function readBalcony(gateway: Gateway, { scriptId }: Written): Promise<void> {
  const story = await gateway.getJson('story-factory-api', `/stories?scriptId=${scriptId}`);
  const told = (story.story as Beat[]).map((beat) => [
    beat.sequence,
    beat.character.name,
    beat.spokenWord.text,
    beat.action.description,
    beat.context.data,
  ]);
  for (const [sequence, name, text] of told) say(`  ${sequence}. ${name}: ${text}`);
  const written = scene.beats.map(({ who, says, does, context }, place) => [
    place + 1,
    scene.characters[who].name,
    says,
    does,
    { ...context },
  ]);
  if (!isDeepStrictEqual(told, written)) throw new Error(`the story is not the one written: ${JSON.stringify(story)}`);
  await hearIt(gateway, story.orchestration as Record<string, string>);
}

/** Its music: each file that the story names is there. */
async function hearIt(gateway: Gateway, files: Record<string, string>): Promise<void> {
  if (Object.keys(files).length !== 3) throw new Error(`three files of music, not ${JSON.stringify(files)}`);
  for (const path of Object.values(files)) {
    const { byteLength } = await gateway.get('story-factory-api', path);
    say(`  ${byteLength} bytes`);
    if (byteLength === 0) throw new Error(`${path} is empty`);
  }
}
