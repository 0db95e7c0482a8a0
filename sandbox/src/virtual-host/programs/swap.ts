import { randomUUID } from 'node:crypto';
import { complain, type Program, type Run } from './program.ts';

const mkswap: Run = (call) => {
  const [path = ''] = call.words;
  const file = call.machine.files.find(path);
  if (!file) return complain(call, `mkswap: cannot open ${path}: No such file or directory`, 1);
  if (call.machine.state.swaps.includes(path)) {
    return complain(call, `mkswap: error: ${path} is mounted; will not make swapspace`, 1);
  }
  if (file.mode !== '600') {
    call.err(`mkswap: ${path}: insecure permissions ${file.mode.padStart(4, '0')}, fix with: chmod 0600 ${path}\n`);
  }
  const bytes = file.bytes ?? 0;
  file.text = 'SWAPSPACE2';
  call.out(`Setting up swapspace version 1, size = ${Math.round(bytes / 1024 ** 2)} MiB (${bytes - 4096} bytes)\n`);
  call.out(`no label, UUID=${randomUUID()}\n`);
  return 0;
};

const swapon: Run = (call) => {
  const { state, files } = call.machine;
  if (call.words[0] === '--show=NAME' && call.words[1] === '--noheadings') {
    call.out(state.swaps.map((path) => `${path}\n`).join(''));
    return 0;
  }
  const [path = ''] = call.words;
  if (path.startsWith('-')) {
    return complain(call, `swapon: unrecognized option '${path}'\nTry 'swapon --help' for more information.`, 1);
  }
  const file = files.find(path);
  if (!file) return complain(call, `swapon: cannot open ${path}: No such file or directory`, 255);
  if (file.text !== 'SWAPSPACE2') return complain(call, `swapon: ${path}: read swap header failed`, 255);
  if (state.swaps.includes(path)) return complain(call, `swapon: ${path}: swapon failed: Device or resource busy`, 255);
  state.swaps.push(path);
  return 0;
};

/** Swap, as util-linux makes it and switches it on. */
export const swapPrograms: Record<string, Program> = { mkswap: { run: mkswap }, swapon: { run: swapon } };
