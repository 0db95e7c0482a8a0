import { containerCommands } from './container-commands.ts';
import { DaemonError, type EngineState } from './engine.ts';
import { TemplateError } from './go-template.ts';
import { imageCommands } from './image-commands.ts';
import { UsageError } from './options.ts';
import { runCommand } from './run-command.ts';
import { systemCommands } from './system-commands.ts';

export interface ProgramIo {
  stdin: string;
  env: Readonly<Record<string, string>>;
}

export interface ProgramResult {
  exit: number;
  stdout: string;
  stderr: string;
}

/** Returns what is printed; errors are thrown as the daemon's or the client's words. */
export type Command = (engine: EngineState, argv: readonly string[], io: ProgramIo) => Promise<string> | string;

/** The daemon took part of a `docker run` and refused the rest: the client ends with 125. */
export class RunError extends Error {
  readonly stdout: string;

  constructor(message: string, stdout = '') {
    super(message);
    this.stdout = stdout;
  }
}

/** Some objects were found and printed, others not. */
export class PartlyFound extends Error {
  readonly stdout: string;

  constructor(stdout: string, message: string) {
    super(message);
    this.stdout = stdout;
  }
}

const commands: Record<string, Command> = {
  ...systemCommands,
  ...containerCommands,
  ...imageCommands,
  run: runCommand,
};

/** `docker` with the arguments after its name, with an engine that answers. */
export async function dockerCli(engine: EngineState, argv: readonly string[], io: ProgramIo): Promise<ProgramResult> {
  const words = commands[argv.slice(0, 2).join(' ')] ? 2 : 1;
  const name = argv.slice(0, words).join(' ');
  const command = commands[name];
  if (!command) {
    return failed(1, `docker: '${argv[0] ?? ''}' is not a docker command.\nSee 'docker --help'`);
  }
  try {
    return { exit: 0, stdout: await command(engine, argv.slice(words), io), stderr: '' };
  } catch (error) {
    if (error instanceof UsageError) return failed(125, error.message);
    if (error instanceof TemplateError) return failed(64, `template parsing error: ${error.message}`);
    if (error instanceof RunError)
      return { ...failed(125, `docker: Error response from daemon: ${error.message}`), stdout: error.stdout };
    if (error instanceof PartlyFound) return { ...failed(1, error.message), stdout: error.stdout };
    if (error instanceof DaemonError) return failed(1, `Error response from daemon: ${error.message}`);
    throw error;
  }
}

function failed(exit: number, stderr: string): ProgramResult {
  return { exit, stdout: '', stderr: `${stderr}\n` };
}
