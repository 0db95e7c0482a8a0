import { readFile, writeFile } from 'node:fs/promises';

/** A committed file that is made of others. */
interface GeneratedFile {
  /** From the root of this repository. */
  path: string;
  make(): Promise<string>;
}

export const root = new URL('../', import.meta.url);

/**
 * Writes the files, or with --check among the program's arguments only says whether each is as it would be written. Sets the
 * exit code: 1 when one cannot be made, or --check found a stale one. `command` is what makes them.
 */
export async function keepFiles(command: string, files: readonly GeneratedFile[]): Promise<void> {
  const check = process.argv.includes('--check');
  try {
    for (const file of files) if (!(await keep(file, check, command))) process.exitCode = 1;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}

/** Whether all is well. */
async function keep({ path, make }: GeneratedFile, check: boolean, command: string): Promise<boolean> {
  const next = await make();
  const isStale = next !== (await readFile(new URL(path, root), 'utf8').catch(() => ''));
  if (isStale && !check) await writeFile(new URL(path, root), next);
  const said = isStale ? (check ? `is stale: ${command}` : 'written') : 'unchanged';
  process.stdout.write(`${path} ${said}\n`);
  return !(isStale && check);
}
