import { request } from 'node:http';
import { posix } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Credentials } from '../docker/registry.ts';
import { realPort } from '../machine/ports.ts';
import { reason } from './files.ts';
import { type Call, complain, type Program, type Run } from './program.ts';

interface Options {
  url: string;
  output: string | undefined;
  writeOut: string;
  socket: string | undefined;
  maxTimeMs: number;
  silent: boolean;
  showError: boolean;
  createDirs: boolean;
  headers: Record<string, string>;
}

interface Answer {
  /** curl's own exit code. */
  exit: number;
  /** 0 where nothing answered. */
  status: number;
  body: string;
  complaint?: string;
}

const FLAGS = ['--silent', '--show-error', '--fail', '--location', '--create-dirs'];
const VALUES = ['--output', '--max-time', '--write-out', '--unix-socket', '--config', '--retry'];
const DOCKER_KEY = /^https:\/\/download\.docker\.com\/linux\/(debian|ubuntu)\/gpg$/;
const KEY = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n(of a virtual host)\n-----END PGP PUBLIC KEY BLOCK-----\n';

const curl: Run = async (call) => {
  const options = readOptions(call);
  if (typeof options === 'string') {
    return complain(call, `curl: ${options}\ncurl: try 'curl --help' or 'curl --manual' for more information`, 2);
  }
  let answer = await fetchIt(call, options);
  if (answer.exit === 0) answer = deliver(call, options, answer);
  const status = String(answer.status).padStart(3, '0');
  call.out(options.writeOut.replaceAll('\\n', '\n').replaceAll('%{http_code}', status));
  if (answer.exit !== 0 && (!options.silent || options.showError)) {
    call.err(`curl: (${answer.exit}) ${answer.complaint}\n`);
  }
  return answer.exit;
};

/** Gives curl's complaint for an option that a virtual host does not know. */
function readOptions({ words, stdin }: Call): Options | string {
  const values = new Map<string, string>();
  const urls: string[] = [];
  const queue = [...words];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (VALUES.includes(word)) values.set(word, queue.shift() ?? '');
    else if (FLAGS.includes(word)) values.set(word, '');
    else if (word.startsWith('-')) return `option ${word}: is unknown`;
    else urls.push(word);
  }
  if (urls.length !== 1) return 'no URL specified!';
  const config = values.get('--config') === '-' ? stdin : '';
  const headers = [...config.matchAll(/^header = "(.*?): (.*)"$/gm)].map(([, name = '', value = '']) => [name, value]);
  return {
    url: urls[0] ?? '',
    output: values.get('--output'),
    writeOut: values.get('--write-out') ?? '',
    socket: values.get('--unix-socket'),
    maxTimeMs: Number(values.get('--max-time') ?? 60) * 1000,
    silent: values.has('--silent'),
    showError: values.has('--show-error'),
    createDirs: values.has('--create-dirs'),
    headers: Object.fromEntries(headers) as Record<string, string>,
  };
}

async function fetchIt(call: Call, options: Options): Promise<Answer> {
  const { machine } = call;
  if (options.socket) return askEngine(call, options);
  if (DOCKER_KEY.test(options.url)) return { exit: 0, status: 200, body: KEY };
  const url = new URL(options.url);
  const port = Number(url.port || 80);
  if (url.protocol !== 'http:' || !/^[\d.]+$|^localhost$/.test(url.hostname)) {
    return { exit: 6, status: 0, body: '', complaint: `Could not resolve host: ${url.hostname}` };
  }
  const found = machine.engine.containers.reach(url.hostname, port);
  if (typeof found === 'boolean') return { exit: 0, status: found ? 200 : 503, body: '' };
  const own = ['localhost', '127.0.0.1', machine.spec.privateIp].includes(url.hostname);
  if (!found && own) return refused(url.hostname, port);
  const target = found ?? { address: url.hostname, port };
  const answer = await ask(url, { host: target.address, port: realPort(target.port) }, options.maxTimeMs, call.signal);
  // A process that starts needs real time, whatever time the host believes has passed.
  if (answer.exit === 56) await delay(50);
  return answer;
}

/** Really asks; what a container's process does not answer, Docker's proxy resets. */
function ask(
  url: URL,
  target: { host: string; port: number },
  maxTimeMs: number,
  signal: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve) => {
    const limit = AbortSignal.any([AbortSignal.timeout(maxTimeMs), signal]);
    const nothing = (error: NodeJS.ErrnoException) => {
      const late = limit.aborted;
      const complaint = late ? `Operation timed out after ${maxTimeMs} milliseconds` : `Recv failure: ${error.code}`;
      resolve({ exit: late ? 28 : 56, status: 0, body: '', complaint });
    };
    const path = `${url.pathname}${url.search}`;
    const headers = { host: url.host, 'user-agent': 'curl/7.88.1', accept: '*/*' };
    const asked = request({ ...target, path, headers, signal: limit, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve({ exit: 0, status: response.statusCode ?? 0, body }));
      response.on('error', nothing);
    });
    asked.on('error', nothing).end();
  });
}

function askEngine({ machine }: Call, { socket, url, headers }: Options): Answer {
  const isSocket = ['/run/docker.sock', '/var/run/docker.sock'].includes(socket ?? '');
  if (!isSocket || !machine.engine.running()) {
    return { exit: 7, status: 0, body: '', complaint: "Couldn't connect to server" };
  }
  const path = url.replace(/^http:\/\/[^/]*/, '');
  const { status, body } = machine.engine.api(path, registryAuth(headers['X-Registry-Auth']));
  return { exit: 0, status, body: `${JSON.stringify(body)}\n` };
}

/** Of a header that cannot be read the engine says nothing: it asks without a login. */
function registryAuth(header: string | undefined): Credentials | undefined {
  try {
    const auth = JSON.parse(Buffer.from(header ?? '', 'base64url').toString()) as Partial<Credentials>;
    return auth.username === undefined ? undefined : { username: auth.username, password: auth.password ?? '' };
  } catch {
    return undefined;
  }
}

function refused(host: string, port: number): Answer {
  const complaint = `Failed to connect to ${host} port ${port} after 0 ms: Couldn't connect to server`;
  return { exit: 7, status: 0, body: '', complaint };
}

function deliver(call: Call, { output, createDirs }: Options, answer: Answer): Answer {
  if (output === undefined) call.out(answer.body);
  if (output === undefined || output === '/dev/null') return answer;
  const { files } = call.machine;
  try {
    if (createDirs) files.makeDirectories(posix.dirname(output));
    files.write(output, answer.body, '644');
    return answer;
  } catch (error) {
    return { ...answer, exit: 23, complaint: `Failed writing ${output}: ${reason(error)}` };
  }
}

export const curlPrograms: Record<string, Program> = { curl: { run: curl, from: ['curl'] } };
