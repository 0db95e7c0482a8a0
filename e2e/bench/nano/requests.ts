import type { Service } from '../../demo/stack.ts';

export interface Request {
  service: Service;
  path: string;
  /** Sent as JSON by POST; GET without. */
  body?: object;
}

const text = 'But, soft! what light through yonder window breaks? It is the east, and Juliet is the sun.';
/** Of the elements that the load makes, so that the balcony's story stays as it was written. */
const place = { scriptId: 1_000_000, headingId: 1, characterId: 1 };

/** Writes and reads of all five services by turns; `scriptId` is that of the story that is read. */
export function requestOf(number: number, scriptId: number): Request {
  const mix: readonly Request[] = [
    { service: 'character-management-api', path: '/characters', body: { name: `Guest ${number}`, description: text } },
    { service: 'story-factory-api', path: `/stories?scriptId=${scriptId}` },
    { service: 'core-script-management-api', path: '/scripts', body: { title: `Play ${number}`, description: text } },
    { service: 'character-management-api', path: '/characters?limit=20' },
    { service: 'session-context-management-api', path: '/sessions', body: { userId: number, context: text } },
    { service: 'core-script-management-api', path: `/scripts/${scriptId}/sections` },
    { service: 'character-management-api', path: '/spokenWords', body: { text, ...place } },
    { service: 'session-context-management-api', path: '/sessions?limit=20' },
    {
      service: 'central-sequence-service',
      path: '/sequence',
      body: { elementType: 'paraphrase', elementId: number },
    },
    {
      service: 'story-factory-api',
      path: `/stories/sequences?scriptId=${scriptId}&startSequence=1&endSequence=3`,
    },
    { service: 'character-management-api', path: '/actions', body: { description: text, ...place } },
    { service: 'central-sequence-service', path: '/sequence?elementType=paraphrase&limit=20' },
  ];
  return mix[number % mix.length] as Request;
}
