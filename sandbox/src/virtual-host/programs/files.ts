import { FileError } from '../machine/files.ts';
import { type Call, complain, type Program, type Run } from './program.ts';

const UNITS: Record<string, number> = {
  '': 1,
  K: 1024,
  M: 1024 ** 2,
  G: 1024 ** 3,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
};

const cat: Run = (call) => {
  const { words, machine } = call;
  let exit = 0;
  for (const path of words) {
    if (path.startsWith('-')) return usage(call, 'cat', path);
    try {
      call.out(machine.files.read(path));
    } catch (error) {
      exit = complain(call, `cat: ${path}: ${reason(error)}`, 1);
    }
  }
  if (words.length === 0) call.out(call.stdin);
  return exit;
};

/** `grep -E PATTERN FILE...`; of one file only the lines, without its name. */
const grep: Run = (call) => {
  const [option, pattern = '', path = ''] = call.words;
  if (option !== '-E' || call.words.length !== 3) return complain(call, 'virtual host: grep takes -E PATTERN FILE', 2);
  try {
    const expression = new RegExp(pattern);
    const text = call.machine.files.read(path);
    const lines = text
      .replace(/\n$/, '')
      .split('\n')
      .filter((line) => expression.test(line));
    call.out(lines.map((line) => `${line}\n`).join(''));
    return lines.length > 0 ? 0 : 1;
  } catch (error) {
    return complain(call, `grep: ${path}: ${reason(error)}`, 2);
  }
};

const chmod: Run = (call) => {
  const [mode = '', ...paths] = call.words.filter((word) => word !== '--');
  if (!/^[0-7]{3,4}$/.test(mode)) {
    return complain(call, `chmod: invalid mode: '${mode}'\nTry 'chmod --help' for more information.`, 1);
  }
  for (const path of paths) {
    const file = call.machine.files.find(path);
    if (!file) return complain(call, `chmod: cannot access '${path}': No such file or directory`, 1);
    file.mode = mode.replace(/^0+(?=.)/, '');
  }
  return 0;
};

/** `chown USER:GROUP FILE...` */
const chown: Run = (call) => {
  const [owner = '', ...paths] = call.words;
  const user = owner.split(':')[0] ?? '';
  if (!knowsUser(call, user)) return complain(call, `chown: invalid user: '${owner}'`, 1);
  let exit = 0;
  for (const path of paths) {
    const file = call.machine.files.find(path);
    if (file) file.owner = owner;
    else if (!call.machine.files.isDirectory(path)) {
      exit = complain(call, `chown: cannot access '${path}': No such file or directory`, 1);
    }
  }
  return exit;
};

/** Packages make the users of what they bring. */
function knowsUser({ machine }: Call, user: string): boolean {
  return user === 'root' || user === machine.spec.username || machine.state.packages[user] !== undefined;
}

/** `ls PATH...`, a name a line. */
const ls: Run = (call) => {
  const { files } = call.machine;
  let exit = 0;
  for (const path of call.words) {
    if (path.startsWith('-')) return usage(call, 'ls', path);
    const bare = path.replace(/(.)\/$/, '$1');
    if (files.isDirectory(bare)) call.out(visible(files.list(bare)));
    else if (files.exists(bare)) call.out(`${path}\n`);
    else exit = complain(call, `ls: cannot access '${path}': No such file or directory`, 2);
  }
  return exit;
};

function visible(names: readonly string[]): string {
  const shown = names.filter((name) => !name.startsWith('.'));
  return shown.map((name) => `${name}\n`).join('');
}

/** `test -e|-f|-d|-s PATH`, and with `!` before it. */
const test: Run = (call) => {
  const isNot = call.words[0] === '!';
  const [option = '', path = '', ...rest] = isNot ? call.words.slice(1) : call.words;
  const { files } = call.machine;
  const tests: Record<string, () => boolean> = {
    '-e': () => files.exists(path),
    '-d': () => files.isDirectory(path),
    '-f': () => files.exists(path) && !files.isDirectory(path),
    '-s': () => (files.find(path)?.text ?? '') !== '',
  };
  if (!tests[option] || rest.length > 0) return complain(call, `virtual host: test takes ! -e|-f|-d|-s PATH`, 2);
  return tests[option]() === isNot ? 1 : 0;
};

const fallocate: Run = (call) => {
  const [option, size = '', path = ''] = call.words;
  const [, number, unit = ''] = /^(\d+)([KMG](?:iB)?)?$/.exec(size) ?? [];
  if (!['--length', '-l'].includes(option ?? '') || number === undefined || call.words.length !== 3) {
    return complain(call, 'virtual host: fallocate takes --length SIZE FILE', 1);
  }
  try {
    call.machine.files.allocate(path, Number(number) * (UNITS[unit] ?? 1));
    return 0;
  } catch (error) {
    return complain(call, `fallocate: fallocate failed: ${reason(error)}`, 1);
  }
};

const df: Run = (call) => {
  const [column, unit, path] = call.words;
  if (column !== '--output=avail' || unit !== '-BM' || !path) {
    return complain(call, 'virtual host: df takes --output=avail -BM PATH', 1);
  }
  if (!call.machine.files.exists(path)) return complain(call, `df: ${path}: No such file or directory`, 1);
  const megabytes = `${Math.ceil(call.machine.freeBytes() / 1024 ** 2)}M`;
  const width = Math.max('Avail'.length, megabytes.length);
  call.out(`${'Avail'.padStart(width)}\n${megabytes.padStart(width)}\n`);
  return 0;
};

/** Those on whose output no file has a say. */
const printf: Run = (call) => {
  const [format = '', ...values] = call.words;
  if (format === '') return complain(call, 'printf: missing operand', 1);
  const escapes: Record<string, string> = { n: '\n', t: '\t', '0': '\0', '\\': '\\' };
  const plain = (text: string) => text.replace(/\\([nt0\\])/g, (_, letter: string) => escapes[letter] ?? letter);
  const rest = [...values];
  do call.out(plain(format).replace(/%s/g, () => rest.shift() ?? ''));
  while (rest.length > 0 && format.includes('%s'));
  return 0;
};

const hostname: Run = (call) => {
  if (call.words[0] !== '--all-ip-addresses') return usage(call, 'hostname', call.words[0] ?? '');
  const { spec, engine } = call.machine;
  const bridges = engine.state.networks.map(({ subnet }) => `172.${subnet}.0.1`);
  call.out(`${[spec.privateIp, ...(engine.running() ? ['172.17.0.1', ...bridges] : [])].join(' ')} \n`);
  return 0;
};

/** Programs that read, write or tell of files, as coreutils and util-linux print it. */
export const filePrograms: Record<string, Program> = {
  cat: { run: cat },
  grep: { run: grep },
  chmod: { run: chmod },
  chown: { run: chown },
  ls: { run: ls },
  test: { run: test },
  fallocate: { run: fallocate },
  df: { run: df },
  printf: { run: printf },
  hostname: { run: hostname },
  true: { run: () => 0 },
  false: { run: () => 1 },
};

export function reason(error: unknown): string {
  if (error instanceof FileError) return error.message;
  throw error;
}

function usage(call: Call, name: string, word: string): number {
  return complain(call, `${name}: unrecognized option '${word}'\nTry '${name} --help' for more information.`, 1);
}
