import type { Machine } from '../machine.ts';
import { failed, ok, type Program } from '../program.ts';

const cat: Program = (machine, [path = '']) => {
  const content = read(machine, path);
  return content === undefined ? failed(1, `cat: ${path}: No such file or directory`) : ok(content);
};

const grep: Program = (machine, argv) => {
  const [option, pattern = '', path = ''] = argv;
  if (option !== '-E' || argv.length !== 3) return failed(2, 'grep: only `grep -E PATTERN FILE` is simulated here');
  const content = read(machine, path);
  if (content === undefined) return failed(2, `grep: ${path}: No such file or directory`);
  const lines = content.split('\n').filter((line) => new RegExp(pattern).test(line));
  return lines.length === 0 ? failed(1, '') : ok(`${lines.join('\n')}\n`);
};

const chmod: Program = (machine, argv) => {
  const [mode = '', path = ''] = argv.filter((word) => word !== '--');
  const file = machine.disk.files[path];
  if (!file) return failed(1, `chmod: cannot access '${path}': No such file or directory`);
  file.mode = String(Number(mode));
  return ok();
};

const df: Program = (machine, argv) => {
  if (argv[0] !== '--output=avail' || argv[1] !== '-BM')
    return failed(1, 'df: only `df --output=avail -BM PATH` is simulated here');
  return ok(`Avail\n${String(machine.diskFull ? 0 : Math.floor(machine.disk.freeMb)).padStart(4)}M\n`);
};

const printf: Program = (_machine, [format = '', ...values]) => {
  const escaped = format.replaceAll('\\n', '\n');
  if (!escaped.includes('%s')) return ok(escaped);
  return ok((values.length === 0 ? [''] : values).map((value) => escaped.replace('%s', () => value)).join(''));
};

/** Files that the kernel makes when they are read. */
function read(machine: Machine, path: string): string | undefined {
  if (path !== '/proc/meminfo') return machine.disk.files[path]?.content;
  const swapMb = machine.swap.reduce((sum, { mb }) => sum + mb, 0);
  // The kernel keeps some of the bundle's memory for itself.
  const totalKb = Math.round(machine.spec.ramMb * 1024 * 0.94);
  return `MemTotal:       ${totalKb} kB\nMemFree:        ${totalKb >> 1} kB\nSwapTotal:      ${swapMb * 1024} kB\n`;
}

export const files: Record<string, Program> = {
  cat,
  grep,
  chmod,
  df,
  printf,
  true: () => ok(),
  false: () => failed(1, ''),
  sleep: async (machine, [seconds = '0']) => {
    await machine.time.sleep(Number(seconds));
    return ok();
  },
};
