import type { Machine } from '../machine/machine.ts';

/** A run of a package's scripts. */
export interface ScriptCall {
  machine: Machine;
  version: string;
  environment: Readonly<Record<string, string>>;
  say(text: string): void;
}

export interface PackageScripts {
  /** preinst, and the files: conffiles that are there already are kept. */
  unpack(call: ScriptCall): Promise<void>;
  /** postinst: gives its exit code. `upgraded`: another version was configured before. */
  configure(call: ScriptCall & { upgraded: boolean }): Promise<number>;
}

/** Files of a package that are left as they are where somebody has changed them. */
export function writeNew({ files }: Machine, conffiles: Readonly<Record<string, string>>, owner?: string): void {
  for (const [path, text] of Object.entries(conffiles)) {
    if (files.exists(path)) continue;
    files.write(path, text, '660');
    const file = files.find(path);
    if (owner && file) file.owner = owner;
  }
}
