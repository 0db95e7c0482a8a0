import { type Running, startService } from './processes.ts';

/** The five services, each with the others that it asks. */
export interface Stack {
  sequence: Running;
  characters: Running;
  scripts: Running;
  sessions: Running;
  stories: Running;
}

export async function startStack(): Promise<Stack> {
  const sequence = await startService('central-sequence-service');
  const peer = { CENTRAL_SEQUENCE_URL: sequence.url };
  const characters = await startService('character-management-api', peer);
  const scripts = await startService('core-script-management-api', peer);
  const sessions = await startService('session-context-management-api', peer);
  const stories = await startService('story-factory-api', {
    CORE_SCRIPT_URL: scripts.url,
    CHARACTER_URL: characters.url,
    SESSION_CONTEXT_URL: sessions.url,
  });
  return { sequence, characters, scripts, sessions, stories };
}
