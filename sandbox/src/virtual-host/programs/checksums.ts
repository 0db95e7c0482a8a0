import { createHash } from 'node:crypto';
import { reason } from './files.ts';
import { type Call, complain, type Program, type Run } from './program.ts';

const OPTIONS = ['--check', '-c', '--quiet', '--status', '--strict'];

/** `sha256sum FILE...` and `sha256sum --check [--quiet] FILE|-`. */
const sha256sum: Run = (call) => {
  const options = call.words.filter((word) => word.startsWith('-') && word !== '-');
  const names = call.words.filter((word) => !options.includes(word));
  const unknown = options.find((word) => !OPTIONS.includes(word));
  if (unknown) return complain(call, `sha256sum: unrecognized option '${unknown}'`, 1);
  if (options.includes('--check') || options.includes('-c'))
    return check(call, names[0] ?? '-', options.includes('--quiet'));
  let exit = 0;
  for (const name of names) {
    const sum = sumOf(call, name);
    if (sum) call.out(`${sum}  ${name}\n`);
    else exit = 1;
  }
  return exit;
};

/** Says why it cannot read a file. */
function sumOf(call: Call, name: string): string | undefined {
  try {
    const text = name === '-' ? call.stdin : call.machine.files.read(name);
    return createHash('sha256').update(text).digest('hex');
  } catch (error) {
    call.err(`sha256sum: ${name}: ${reason(error)}\n`);
    return undefined;
  }
}

function check(call: Call, list: string, quiet: boolean): number {
  const rows = textOf(call, list)
    .split('\n')
    .flatMap((line) => {
      const [, sum = '', name = ''] = /^([0-9a-f]{64}) [ *](.+)$/i.exec(line) ?? [];
      return sum ? [{ sum: sum.toLowerCase(), name }] : [];
    });
  if (rows.length === 0) {
    const what = list === '-' ? "'standard input'" : list;
    return complain(call, `sha256sum: ${what}: no properly formatted checksum lines found`, 1);
  }
  let [unread, wrong] = [0, 0];
  for (const { sum, name } of rows) {
    const found = sumOf(call, name);
    if (found === undefined) unread += 1;
    else if (found !== sum) wrong += 1;
    if (found === undefined) call.out(`${name}: FAILED open or read\n`);
    else if (found !== sum) call.out(`${name}: FAILED\n`);
    else if (!quiet) call.out(`${name}: OK\n`);
  }
  const several = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
  if (unread > 0) call.err(`sha256sum: WARNING: ${several(unread, 'listed file')} could not be read\n`);
  if (wrong > 0) call.err(`sha256sum: WARNING: ${several(wrong, 'computed checksum')} did NOT match\n`);
  return unread + wrong > 0 ? 1 : 0;
}

function textOf(call: Call, list: string): string {
  return list === '-' ? call.stdin : (call.machine.files.find(list)?.text ?? '');
}

export const checksumPrograms: Record<string, Program> = { sha256sum: { run: sha256sum } };
