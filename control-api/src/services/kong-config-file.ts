import { readFile } from 'node:fs/promises';
import { AppError } from '../lib/errors.ts';

export interface KongConfigFile {
  /** Absolute path, for messages. */
  path: string;
  /** Its text as it is now. @throws {AppError} kong_config_invalid when there is no such text */
  read(): Promise<string>;
}

/** Kong's declarative configuration on this machine. It is read at every call, so an edited one needs no restart. */
export function createKongConfigFile(path: string): KongConfigFile {
  return {
    path,
    async read() {
      try {
        return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
      } catch (cause) {
        const { code } = cause as NodeJS.ErrnoException;
        const reasons = { ENOENT: 'there is no such file', ERR_ENCODING_INVALID_ENCODED_DATA: 'it is not UTF-8' };
        const why = reasons[code as keyof typeof reasons] ?? code;
        throw new AppError('kong_config_invalid', `${path} cannot be read: ${why}.`, {
          hint: 'Set KONG_CONFIG to the path of a declarative configuration, and restart the control API.',
          cause,
        });
      }
    },
  };
}
