import type { Call } from '../program.ts';

/** What curl is asked for. */
export interface Options {
  url: string;
  method: string;
  output: string | undefined;
  writeOut: string;
  socket: string | undefined;
  maxTimeMs: number;
  silent: boolean;
  showError: boolean;
  fail: boolean;
  createDirs: boolean;
  retries: number;
  retryDelayMs: number;
  retryAll: boolean;
  insecure: boolean;
  /** Paths of certificates and keys. */
  caFile: string | undefined;
  certFile: string | undefined;
  keyFile: string | undefined;
  headers: Record<string, string>;
  body: string | undefined;
}

const FLAGS = '--silent --show-error --fail --location --create-dirs --insecure --retry-all-errors'.split(' ');
const VALUES = (
  '--output --max-time --write-out --unix-socket --config --retry --retry-delay --cacert --cert --key --request --header ' +
  '--data --data-binary'
).split(' ');

/** Gives curl's complaint for an option that a virtual host does not know. */
export function readOptions({ words, stdin, machine }: Call): Options | string {
  const values = new Map<string, string>();
  const headers: [string, string][] = [];
  const urls: string[] = [];
  const queue = [...words];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word === '--header') headers.push(headerOf(queue.shift() ?? ''));
    else if (VALUES.includes(word)) values.set(word, queue.shift() ?? '');
    else if (FLAGS.includes(word)) values.set(word, '');
    else if (word.startsWith('-')) return `option ${word}: is unknown`;
    else urls.push(word);
  }
  if (urls.length !== 1) return 'no URL specified!';
  for (const [name, value] of values.get('--config') === '-' ? readConfig(stdin) : []) {
    if (name === 'header') headers.push(headerOf(value));
    else if (name === 'user') headers.push(['Authorization', `Basic ${Buffer.from(value).toString('base64')}`]);
    else values.set(`--${name}`, value);
  }
  const data = values.get('--data-binary') ?? values.get('--data');
  const body = data?.startsWith('@') ? machine.files.find(data.slice(1))?.text : data;
  if (data !== undefined && body === undefined) return `option --data-binary: error encountered when reading a file`;
  const form: [string, string][] = [['Content-Type', 'application/x-www-form-urlencoded']];
  return {
    ...numbers(values),
    url: urls[0] ?? '',
    method: values.get('--request') ?? (body === undefined ? 'GET' : 'POST'),
    output: values.get('--output'),
    writeOut: values.get('--write-out') ?? '',
    socket: values.get('--unix-socket'),
    silent: values.has('--silent'),
    showError: values.has('--show-error'),
    fail: values.has('--fail'),
    createDirs: values.has('--create-dirs'),
    retryAll: values.has('--retry-all-errors'),
    insecure: values.has('--insecure'),
    caFile: values.get('--cacert'),
    certFile: values.get('--cert'),
    keyFile: values.get('--key'),
    headers: Object.fromEntries([...(body === undefined ? [] : form), ...headers]),
    body,
  };
}

function numbers(values: ReadonlyMap<string, string>) {
  return {
    maxTimeMs: Number(values.get('--max-time') ?? 60) * 1000,
    retries: Number(values.get('--retry') ?? 0),
    retryDelayMs: Number(values.get('--retry-delay') ?? 1) * 1000,
  };
}

function headerOf(text: string): [string, string] {
  const [name = '', ...value] = text.split(': ');
  return [name, value.join(': ')];
}

/** Lines of `name = "value"`, with curl's escapes. */
function readConfig(text: string): [string, string][] {
  const rows = text.matchAll(/^(\w[\w-]*) = "((?:[^"\\]|\\.)*)"$/gm);
  return [...rows].map(([, name = '', value = '']) => [name, value.replace(/\\(.)/g, '$1')]);
}
