/** Options as docker's client takes them: `--name value`, `--name=value`, flags without a value, `--` and what follows. */

export class UsageError extends Error {}

export interface Parsed {
  options: Map<string, string[]>;
  rest: string[];
}

/** `known` says of each option whether it takes a value. Options end at the first argument that is none. */
export function parseOptions(
  command: string,
  argv: readonly string[],
  known: Record<string, 'value' | 'flag'>,
): Parsed {
  const options = new Map<string, string[]>();
  const rest = [...argv];
  while (rest[0]?.startsWith('-')) {
    const word = rest.shift() as string;
    if (word === '--') break;
    const [name = '', inline] = word.split(/=(.*)/s);
    const kind = known[name];
    if (!kind)
      throw new UsageError(
        `unknown ${name.startsWith('--') ? 'flag' : 'shorthand flag'}: ${name}\nSee 'docker ${command} --help'.`,
      );
    const value = kind === 'flag' ? 'true' : (inline ?? rest.shift());
    if (value === undefined) throw new UsageError(`flag needs an argument: ${name}\nSee 'docker ${command} --help'.`);
    options.set(name, [...(options.get(name) ?? []), value]);
  }
  return { options, rest };
}
