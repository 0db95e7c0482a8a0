import { UsageError } from '../../docker/flags.ts';
import { EngineError } from '../../docker/state.ts';
import { complain, type Program, type Run } from '../program.ts';
import type { Command } from './command.ts';
import { containerCommands } from './containers.ts';
import { engineCommands, noEngine } from './engine.ts';
import { imageCommands } from './images.ts';

const commands: Record<string, Command> = { ...engineCommands, ...containerCommands, ...imageCommands };

/** Docker's client, in the words of 20.10. */
const docker: Run = async (call) => {
  const [name = '', ...words] = call.words;
  const command = commands[name];
  if (!command) return complain(call, `docker: '${name}' is not a docker command.\nSee 'docker --help'`, 1);
  if (!call.machine.engine.running()) {
    const { out, err } = noEngine(name, words);
    call.out(out);
    call.err(err);
    return 1;
  }
  try {
    return await command(call, words);
  } catch (error) {
    if (error instanceof UsageError) return complain(call, error.message, error.exit);
    if (error instanceof EngineError) return complain(call, `Error response from daemon: ${error.message}`, 1);
    throw error;
  }
};

export const dockerPrograms: Record<string, Program> = {
  docker: { run: docker, from: ['docker.io', 'docker-ce-cli'] },
};
