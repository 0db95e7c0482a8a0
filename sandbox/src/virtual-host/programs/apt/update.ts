import { type Archive, archivesIn, releaseOf } from '../../machine/archives.ts';
import { type Call, complain } from '../program.ts';
import type { AptCall } from './options.ts';

const UPDATE_MS = 1500;

/**
 * Reads the lists of all sources, or with Dir::Etc::SourceList of that file alone. A source that fails is passed over, unless
 * APT::Update::Error-Mode is `any`. The lock of the lists is not waited for, whatever DPkg::Lock::Timeout says.
 */
export async function update(call: Call, { settings }: AptCall): Promise<number> {
  const { machine } = call;
  if (machine.dpkgLock.left() > 0) {
    call.out('Reading package lists...\n');
    call.err('E: Could not get lock /var/lib/apt/lists/lock. It is held by process 811 (apt-get)\n');
    return complain(call, 'E: Unable to lock directory /var/lib/apt/lists/', 100);
  }
  await call.sleep(UPDATE_MS);
  const only = settings.get('Dir::Etc::SourceList');
  const archives = [...(only ? [] : [systemArchive(call)]), ...archivesIn(machine.files, only)];
  call.out(archives.map((archive, at) => rowOf(call, archive, at + 1)).join(''));
  const kept = settings.get('APT::Get::List-Cleanup') === '0' ? machine.state.lists : [];
  const good = archives.filter(({ problem }) => !problem).map(({ name }) => name);
  const old = archives.map(({ name }) => name).filter((name) => machine.state.lists.includes(name));
  machine.state.lists = [...new Set([...kept, ...old, ...good])];
  call.out('Reading package lists...\n');
  return tellProblems(call, archives, settings.get('APT::Update::Error-Mode') === 'any');
}

function systemArchive({ machine: { system } }: Call): Archive {
  const url = system.id === 'ubuntu' ? 'http://archive.example/ubuntu' : 'http://archive.example/debian';
  return { name: 'main', url, suite: system.codename };
}

function rowOf({ machine }: Call, { name, url, suite, problem }: Archive, number: number): string {
  const release = releaseOf(url, suite || machine.system.codename);
  if (problem?.kind === 'unreachable') return `Err:${number} ${release}\n  ${problem.text}\n`;
  const row = `${machine.state.lists.includes(name) ? 'Hit' : 'Get'}:${number} ${release}\n`;
  return problem ? `${row}Err:${number} ${release}\n  ${problem.text.replace(/^.*?: .*?: /, '')}\n` : row;
}

/** A repository that is not signed is an error in any case; one that is not reached only where it is asked for. */
function tellProblems(call: Call, archives: readonly Archive[], strict: boolean): number {
  const unreachable = archives.filter(({ problem }) => problem?.kind === 'unreachable');
  const unsigned = archives.filter(({ problem }) => problem?.kind === 'unsigned');
  const letter = strict ? 'E' : 'W';
  for (const { url, suite, problem } of unreachable) {
    call.err(`${letter}: Failed to fetch ${url.replace(/\/$/, '')}/dists/${suite}/InRelease  ${problem?.text}\n`);
  }
  if (unreachable.length > 0) {
    call.err(`${letter}: Some index files failed to download. They have been ignored, or old ones used instead.\n`);
  }
  const said = new Set(
    unsigned.map(
      ({ url, suite, problem }) => `W: ${problem?.text}\nE: The repository '${releaseOf(url, suite)}' is not signed.\n`,
    ),
  );
  for (const text of said) call.err(text);
  return unsigned.length > 0 || (strict && unreachable.length > 0) ? 100 : 0;
}
