/** `flag` takes no value, `text` the last one given, `list` all of them. */
export type FlagKind = 'flag' | 'text' | 'list';

export class UsageError extends Error {
  readonly exit: number;

  constructor(message: string, exit: number) {
    super(message);
    this.exit = exit;
  }
}

export interface Flags {
  has(name: string): boolean;
  text(name: string): string | undefined;
  list(name: string): string[];
  rest: string[];
}

interface Options {
  /** The command as help names it: `docker run`. */
  command: string;
  /** `name` or `name,n` for one that has a short form. */
  kinds: Readonly<Record<string, FlagKind>>;
  /** What follows the first word that is no flag belongs to somebody else. */
  ownOnly?: boolean;
}

/** Reads a command line as Docker's client does (spf13/pflag). Throws a UsageError in its words. */
export function readFlags(words: readonly string[], { command, kinds, ownOnly }: Options): Flags {
  const found = new Map<string, string[]>();
  const rest: string[] = [];
  const usage = (message: string) => new UsageError(`${message}\nSee '${command} --help'.`, 125);
  const queue = [...words];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (!word.startsWith('-') || word === '-') {
      rest.push(word);
      if (ownOnly) break;
      continue;
    }
    if (word === '--') break;
    const [given = '', ...value] = word.split('=');
    const name = nameOf(given, kinds);
    if (!name)
      throw usage(
        given.startsWith('--') ? `unknown flag: ${given}` : `unknown shorthand flag: '${given[1]}' in ${given}`,
      );
    const values = found.get(name) ?? [];
    found.set(name, values);
    if (kindOf(name, kinds) === 'flag') values.push(value.length > 0 ? value.join('=') : 'true');
    else {
      const text = value.length > 0 ? value.join('=') : queue.shift();
      if (text === undefined) throw usage(`flag needs an argument: ${given}`);
      values.push(text);
    }
  }
  rest.push(...queue);
  return {
    rest,
    has: (name) => found.get(name)?.at(-1) === 'true',
    text: (name) => found.get(name)?.at(-1),
    list: (name) => found.get(name) ?? [],
  };
}

function nameOf(given: string, kinds: Options['kinds']): string | undefined {
  const names = Object.keys(kinds).map((key) => key.split(','));
  const own = given.startsWith('--')
    ? names.find(([long]) => given === `--${long}`)
    : names.find(([, short]) => given === `-${short}`);
  return own?.[0];
}

function kindOf(name: string, kinds: Options['kinds']): FlagKind | undefined {
  return Object.entries(kinds).find(([key]) => key.split(',')[0] === name)?.[1];
}
