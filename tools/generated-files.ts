import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

/** A committed file that is made of others. */
interface GeneratedFile {
  /** From the root of this repository. */
  path: string;
  make(): Promise<string>;
}

export const root = new URL('../', import.meta.url);

/**
 * Writes the files, or with --check among the program's arguments only says whether each is as it would be written. Sets the
 * exit code: 1 when one cannot be made, --check found a stale one, or there are other arguments. `command` is what makes them.
 */
export async function keepFiles(command: string, files: readonly GeneratedFile[]): Promise<void> {
  try {
    const { values } = parseArgs({ options: { check: { type: 'boolean' } } });
    // npm keeps an option for itself that has no -- before it.
    const check = values.check === true || process.env.npm_config_check === 'true';
    for (const file of files) if (!(await keep(file, check, command))) process.exitCode = 1;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}

/** Whether all is well. */
async function keep({ path, make }: GeneratedFile, check: boolean, command: string): Promise<boolean> {
  const next = await make();
  const present = await readFile(new URL(path, root), 'utf8').catch(() => undefined);
  const isStale = next !== present;
  if (isStale && !check) await writeFile(new URL(path, root), next);
  const lack = present === undefined ? 'is missing' : 'is stale';
  const said = isStale ? (check ? `${lack}: ${command}` : 'written') : 'unchanged';
  process.stdout.write(`${path} ${said}\n`);
  return !(isStale && check);
}
