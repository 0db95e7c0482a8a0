import { posix } from 'node:path';
import { FileError } from '../machine/files.ts';
import type { Run } from './execute.ts';

/** The runner's install_file: gives what it changed, or undefined when it failed and said why. */
export function installFile(
  { machine, out, signal }: Run,
  path: string,
  mode: string,
  text: string,
): boolean | undefined {
  signal.throwIfAborted();
  const { files } = machine;
  const directory = posix.dirname(path);
  const fail = (message: string) => {
    out(`${message}\n`);
    return undefined;
  };
  try {
    files.makeDirectories(directory);
  } catch (error) {
    const { path: inTheWay = directory, message } = error as FileError;
    return fail(`mkdir: cannot create directory '${inTheWay}': ${message}`);
  }
  const plainMode = mode.replace(/^0+(?=.)/, '');
  if (!/^[0-7]{3,5}$/.test(mode))
    return fail(`chmod: invalid mode: '${mode}'\nTry 'chmod --help' for more information.`);
  const there = files.find(path);
  if (there && there.text === text && there.mode === plainMode) return false;
  try {
    files.write(path, text, plainMode);
    return true;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    if (files.isDirectory(path)) return fail(`mv: cannot overwrite directory '${path}' with non-directory`);
    return fail(`cat: write error: ${error.message}`);
  }
}
