import type { Stack } from './stack.ts';

/** Three beats of Romeo and Juliet's balcony scene; characters are 1, Juliet, and 2, Romeo. */
export const beats = [
  {
    characterId: 1,
    text: 'O Romeo, Romeo! wherefore art thou Romeo?',
    description: 'Juliet stands on the balcony and looks into the night.',
    data: { mood: 'longing', location: "Capulet's mansion balcony" },
  },
  {
    characterId: 2,
    text: 'Shall I hear more, or shall I speak at this?',
    description: 'Romeo steps from the shadows.',
    data: { mood: 'desperate', location: 'Below the balcony' },
  },
  {
    characterId: 1,
    text: "What's in a name? that which we call a rose\nBy any other name would smell as sweet;",
    description: 'Juliet leans over.',
    data: { mood: 'curious', location: "Capulet's mansion balcony" },
  },
];

export const script = {
  title: 'Romeo and Juliet',
  author: 'William Shakespeare',
  description: 'A tale of two star-crossed lovers.',
};

export const people = [
  { name: 'Juliet', description: 'Daughter of the house of Capulet.' },
  { name: 'Romeo', description: 'Son of the house of Montague.' },
];

/** Writes the scene in the author's order, and gives every answer of a create. */
export async function writeBalconyScene({ scripts, characters, sessions }: Stack) {
  const answers = [
    await scripts.post('/scripts', script),
    await scripts.post('/scripts/1/sections', { title: 'Act 1, Scene 1' }),
    await characters.post('/characters', people[0]),
    await characters.post('/characters', people[1]),
  ];
  const place = { scriptId: 1, headingId: 1 };
  for (const { characterId, text, description, data } of beats) {
    const word = await characters.post('/spokenWords', { text, characterId, ...place });
    const session = await sessions.post('/sessions', { userId: 123, context: data.mood, data, characterId, ...place });
    const { dialogueId } = word.body;
    const contextId = session.body.sessionId;
    const action = { description, characterId, dialogueId, contextId, ...place };
    answers.push(word, session, await characters.post('/actions', action));
  }
  return answers;
}
