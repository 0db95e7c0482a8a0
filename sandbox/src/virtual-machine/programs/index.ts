import type { Machine } from '../machine.ts';
import { failed, type Program, type ProgramIo, type ProgramResult } from '../program.ts';
import { files } from './files.ts';
import { packages } from './packages.ts';
import { system } from './system.ts';

const docker: Program = (machine, argv, io) => machine.engine.docker(argv, io);
const curl: Program = (machine, argv, io) => machine.engine.curl(argv, io);

const always: Record<string, Program> = { ...files, ...packages, ...system };

/** Runs an argument array on the machine, as `execvp` would find its program; remembers it as `ps` would have shown it. */
export async function runProgram(machine: Machine, argv: readonly string[], io: ProgramIo): Promise<ProgramResult> {
  const [name = '', ...rest] = argv;
  machine.commandLines.push(argv.join(' '));
  const program = programs(machine)[name];
  if (!program) return failed(127, `${name}: this virtual host does not know this program, or it is not installed`);
  return program(machine, rest, io);
}

function programs({ disk }: Machine): Record<string, Program> {
  return {
    ...always,
    ...('docker.io' in disk.packages ? { docker } : {}),
    ...('curl' in disk.packages ? { curl } : {}),
  };
}
