import type { JournalEntry } from '../machine/state.ts';
import { catchUp } from '../units/manager.ts';
import { type Call, complain, type Program, type Run } from './program.ts';

const VALUES: Record<string, string> = { '-u': '--unit', '-n': '--lines', '-o': '--output' };

/** `journalctl --unit NAME --lines N --no-pager --output cat|short-iso` */
const journalctl: Run = async (call) => {
  const options = readOptions(call.words);
  if (typeof options === 'string') return complain(call, options, 1);
  await catchUp(call.machine);
  const { unit = '', lines = '10', output = 'short-iso' } = options;
  const entries = call.machine.journal.of(unit.replace(/\.service$/, ''), Number(lines));
  if (entries.length === 0) call.out('-- No entries --\n');
  for (const entry of entries) call.out(`${output === 'cat' ? entry.text : shortIso(call, entry)}\n`);
  return 0;
};

function readOptions(words: readonly string[]): Record<string, string> | string {
  const options: Record<string, string> = {};
  const queue = words.flatMap((word) => (word.startsWith('--') ? word.split(/=(.*)/s).slice(0, 2) : [word]));
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    const name = VALUES[word] ?? word;
    if (name === '--no-pager') continue;
    if (!Object.values(VALUES).includes(name)) return `journalctl: unrecognized option '${word}'`;
    options[name.slice(2)] = queue.shift() ?? '';
  }
  const { output = 'cat', lines = '1' } = options;
  if (!['cat', 'short-iso'].includes(output)) return `Unknown output format '${output}'.`;
  return /^\d+$/.test(lines) ? options : `Failed to parse lines '${lines}'`;
}

/** systemd 255 writes the time zone with a colon. */
function shortIso({ machine }: Call, { at, by, text }: JournalEntry): string {
  const zone = machine.system.codename === 'noble' ? '+00:00' : '+0000';
  return `${new Date(at).toISOString().slice(0, 19)}${zone} ${machine.spec.name} ${by}: ${text}`;
}

export const journalPrograms: Record<string, Program> = { journalctl: { run: journalctl, from: ['systemd'] } };
