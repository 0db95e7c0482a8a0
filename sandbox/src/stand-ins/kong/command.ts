import { posix } from 'node:path';
import { type Conf, checkConf, missingPlugin, readConf } from './conf.ts';
import { checkDeclarative } from './declarative.ts';
import { VERSION } from './version.ts';

export interface Outcome {
  exit: number;
  out: string;
  err: string;
}

/** The text of a file, undefined where there is none. */
export type Read = (path: string) => string | undefined;

const CONF_FILES = ['/etc/kong/kong.conf', '/etc/kong.conf'];
const PREFIX = '/usr/local/kong';
const MORE = '\n  Run with --v (verbose) or --vv (debug) for more details\n';
const done = (out: string): Outcome => ({ exit: 0, out, err: '' });
const failed = (why: string): Outcome => ({ exit: 1, out: '', err: `Error: ${why}\n${MORE}` });

/**
 * The program `kong` without what changes a running one: `version`, `check`, `config parse`. `prepare` and `reload` are
 * checked only; who calls does them when the exit is 0.
 */
export function runKong(words: readonly string[], read: Read): Outcome {
  const { names, options } = readWords(words);
  const [command, ...rest] = names;
  if (command === 'version') return done(`${VERSION}\n`);
  if (command === 'check') return check(rest[0] ?? options['-c'], read);
  if (command === 'config' && rest[0] === 'parse') return parse(rest[1], options, read);
  if (command === 'prepare' || command === 'reload') {
    const conf = confOf(options, read);
    if (typeof conf === 'string') return failed(conf);
    return done(command === 'reload' ? 'Kong reloaded\n' : '');
  }
  return failed(`Invalid command: ${command ?? ''}`);
}

function readWords(words: readonly string[]) {
  const names: string[] = [];
  const options: Record<string, string> = {};
  const short: Record<string, string> = { '--conf': '-c', '--prefix': '-p' };
  const queue = [...words];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (/^-v+$|^--vv?$/.test(word)) continue;
    if (word.startsWith('-')) options[short[word] ?? word] = queue.shift() ?? '';
    else names.push(word);
  }
  return { names, options };
}

function check(file: string | undefined, read: Read): Outcome {
  const path = file ?? CONF_FILES.find(read);
  const text = path === undefined ? '' : read(path);
  if (text === undefined) return failed(`no file at: ${path}`);
  const complaint = checkConf(text);
  if (complaint) return { exit: 1, out: '', err: `[error] ${complaint}\n` };
  return done(`configuration at ${path} is valid\n`);
}

/** What Kong goes by: the running one's, when its prefix is prepared, else the file named or the usual one. */
function confOf(options: Record<string, string>, read: Read): Conf | string {
  const named = options['-c'];
  const path = named ?? CONF_FILES.find((one) => read(one) !== undefined);
  const text = path === undefined ? '' : read(path);
  if (text === undefined) return `no file at: ${path}`;
  return readConf(text);
}

function parse(file: string | undefined, options: Record<string, string>, read: Read): Outcome {
  const named = confOf(options, read);
  if (typeof named === 'string') return failed(named);
  const running = read(`${options['-p'] ?? named.prefix}/.kong_env`);
  const conf = running === undefined ? named : readConf(running);
  if (typeof conf === 'string') return failed(conf);
  if (conf.database !== 'off') {
    return failed('[PostgreSQL error] failed to retrieve PostgreSQL server_version_num: connection refused');
  }
  const missing = missingPlugin(conf);
  if (missing) return failed(notInstalled(missing));
  if (file === undefined) return failed('expected a declarative configuration file; see `kong config --help`');
  const text = read(file);
  if (text === undefined) return failed(`Failed parsing:\n${file}: No such file or directory`);
  if (!/ya?ml$|json$/.test(file)) {
    return failed(`Failed parsing:\nunknown file type: ${file}. (Accepted types: json, yaml)`);
  }
  const complaint = checkDeclarative(text, conf.plugins);
  return complaint === undefined ? done('parse successful\n') : failed(`Failed parsing:\n${complaint}`);
}

function notInstalled(plugin: string): string {
  return `${plugin} plugin is enabled but not installed;\nmodule 'kong.plugins.${plugin}.handler' not found`;
}

/** Where `kong prepare` leaves what the running Kong goes by. */
export function environmentFile(prefix = PREFIX): string {
  return posix.join(prefix, '.kong_env');
}

/** What nginx says on its second output when Kong cannot start with these files, undefined when it can. */
export function refusalToStart(text: string, read: Read): string | undefined {
  const conf = readConf(text);
  if (typeof conf === 'string') return `Error: ${conf}\n${MORE}`;
  const initError = (why: string) =>
    `nginx: [error] init_by_lua error: /usr/local/share/lua/5.1/kong/init.lua:699: ${why}`;
  const missing = missingPlugin(conf);
  if (missing) return initError(notInstalled(missing));
  const file = conf.declarativeConfig;
  if (conf.database !== 'off') return initError('[PostgreSQL error] failed to retrieve PostgreSQL server_version_num');
  if (file === undefined) return undefined;
  const configuration = read(file);
  if (configuration === undefined)
    return initError(`error parsing declarative config file ${file}:\n${file}: No such file or directory`);
  const complaint = checkDeclarative(configuration, conf.plugins);
  return complaint && initError(`error parsing declarative config file ${file}:\n${complaint}`);
}

/** What nginx says when another program has one of its addresses. */
export function portsTaken(addresses: readonly string[]): string {
  const rows = addresses.map((address) => `nginx: [emerg] bind() to ${address} failed (98: Address already in use)\n`);
  return `${rows.join('').repeat(5)}nginx: [emerg] still could not bind()\n`;
}
