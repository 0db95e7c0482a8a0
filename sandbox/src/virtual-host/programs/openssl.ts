import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { reason } from './files.ts';
import { type Call, complain, type Program, type Run } from './program.ts';

const OUTPUTS: Record<string, string> = { '-keyout': '600', '-out': '644' };

/** `openssl req -x509 ...`: run by this machine's own openssl, with the files that it writes put on the host. */
const openssl: Run = async (call) => {
  const [command, ...words] = call.words;
  if (command !== 'req' || !words.includes('-x509')) {
    return complain(call, 'virtual host: openssl makes certificates only: openssl req -x509', 1);
  }
  const directory = await mkdtemp(join(tmpdir(), 'fountain-openssl-'));
  try {
    const place = (word: string, at: number) =>
      OUTPUTS[words[at - 1] ?? ''] ? join(directory, words[at - 1] ?? '') : word;
    const { stderr } = await promisify(execFile)('openssl', ['req', ...words.map(place)], { signal: call.signal });
    call.err(stderr);
    return await keep(call, words, directory);
  } catch (error) {
    const { code, stderr } = error as { code?: number | string; stderr?: string };
    if (code === 'ENOENT') return complain(call, 'virtual host: this machine has no openssl', 1);
    call.err(stderr ?? '');
    return typeof code === 'number' ? code : 1;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

async function keep(call: Call, words: readonly string[], directory: string): Promise<number> {
  for (const [option, mode] of Object.entries(OUTPUTS)) {
    const path = words[words.indexOf(option) + 1];
    if (!words.includes(option) || !path) continue;
    try {
      call.machine.files.write(path, await readFile(join(directory, option), 'utf8'), mode);
    } catch (error) {
      return complain(call, `Can't open "${path}" for writing, ${reason(error)}`, 1);
    }
  }
  return 0;
}

export const opensslPrograms: Record<string, Program> = { openssl: { run: openssl } };
