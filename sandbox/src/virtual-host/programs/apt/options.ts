/** What apt-get is asked to do. */
export interface AptCall {
  command: string | undefined;
  names: readonly string[];
  simulate: boolean;
  changeHeld: boolean;
  downgrade: boolean;
  /** Values of -o by name, e.g. `DPkg::Lock::Timeout`. */
  settings: ReadonlyMap<string, string>;
}

const QUIET = ['-y', '--yes', '-q', '-qq', '--no-install-recommends'];
const SIMULATE = ['-s', '--simulate', '--dry-run'];
const CHANGE_HELD = '--allow-change-held-packages';
const DOWNGRADE = '--allow-downgrades';
const KNOWN = [...QUIET, ...SIMULATE, CHANGE_HELD, DOWNGRADE];

/** Takes apt-get's words apart; a text is its complaint about an option that a virtual host does not know. */
export function readOptions(given: readonly string[]): AptCall | string {
  const settings = new Map<string, string>();
  const flags: string[] = [];
  const words: string[] = [];
  const queue = [...given];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word === '-o') {
      const [name = '', ...value] = (queue.shift() ?? '').split('=');
      settings.set(name, value.join('='));
    } else if (word.startsWith('-')) flags.push(word);
    else words.push(word);
  }
  const unknown = flags.find((flag) => !KNOWN.includes(flag));
  if (unknown) return `E: Command line option ${unknown} is not understood in combination with the other options`;
  const [command, ...names] = words;
  return {
    command,
    names,
    simulate: flags.some((flag) => SIMULATE.includes(flag)),
    changeHeld: flags.includes(CHANGE_HELD),
    downgrade: flags.includes(DOWNGRADE),
    settings,
  };
}
