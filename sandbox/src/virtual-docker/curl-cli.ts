import type { ProgramIo, ProgramResult } from './docker-cli.ts';
import type { EngineState } from './engine.ts';

/** The options of curl that the recipes use, and whether each takes a value. */
const OPTIONS: Record<string, boolean> = {
  '--silent': false,
  '--output': true,
  '--max-time': true,
  '--write-out': true,
  '--unix-socket': true,
  '--config': true,
};

/** `curl` on a host: asks the engine's API over its socket, or a container over a published port. */
export async function curlCli(
  engine: EngineState | undefined,
  argv: readonly string[],
  io: ProgramIo,
): Promise<ProgramResult> {
  const options = new Map<string, string>();
  const rest = [...argv];
  while (rest[0]?.startsWith('-')) {
    const name = rest.shift() as string;
    const takes = OPTIONS[name];
    if (takes === undefined) return { exit: 2, stdout: '', stderr: `curl: option ${name}: is unknown\n` };
    options.set(name, takes ? (rest.shift() ?? '') : '');
  }
  const url = URL.parse(rest[0] ?? '');
  if (!url) return { exit: 3, stdout: '', stderr: 'curl: (3) URL using bad/illegal format or missing URL\n' };
  const answer = options.has('--unix-socket') ? askEngine(engine, url, io.stdin) : await askContainer(engine, url);
  const shown = options.get('--output') === '/dev/null' ? '' : answer.body;
  const after = (options.get('--write-out') ?? '')
    .replaceAll('\\n', '\n')
    .replaceAll('%{http_code}', String(answer.status).padStart(3, '0'));
  return { exit: answer.exit, stdout: shown + after, stderr: '' };
}

interface Answer {
  exit: number;
  status: number;
  body: string;
}

const refused: Answer = { exit: 7, status: 0, body: '' };

/** GET /distribution/{name}/json: what the engine finds out at the registry without pulling. */
function askEngine(engine: EngineState | undefined, url: URL, config: string): Answer {
  if (!engine) return refused;
  const reference = /^\/distribution\/(.+)\/json$/.exec(decodeURIComponent(url.pathname))?.[1];
  const answer = (status: number, body: unknown): Answer => ({ exit: 0, status, body: `${JSON.stringify(body)}\n` });
  if (!reference) return answer(404, { message: 'page not found' });
  const header = /header = "X-Registry-Auth: ([^"]*)"/.exec(config)?.[1];
  const login = header
    ? (JSON.parse(Buffer.from(header, 'base64url').toString()) as Record<string, string>)
    : undefined;
  const credentials = login && { username: login.username ?? '', password: login.password ?? '' };
  const resolved = engine.registry.resolve(reference, credentials);
  if ('message' in resolved) return answer(resolved.status, { message: resolved.message });
  const { image } = resolved;
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  return answer(200, {
    Descriptor: { mediaType, digest: image.digest, size: 1609 },
    Platforms: image.architectures.map((architecture) => ({ architecture, os: 'linux' })),
  });
}

async function askContainer(engine: EngineState | undefined, url: URL): Promise<Answer> {
  const port = Number(url.port || 80);
  const container = engine?.containers
    .list()
    .find(
      ({ status, ports }) =>
        status === 'running' &&
        ports.some(({ hostPort, address }) => hostPort === port && reaches(url.hostname, address)),
    );
  if (!engine || !container) return refused;
  const local = engine.containers.portOf(container);
  if (local > 0) {
    const response = await fetch(`http://127.0.0.1:${local}${url.pathname}`).catch(() => undefined);
    return response ? { exit: 0, status: response.status, body: await response.text() } : refused;
  }
  engine.containers.look(container);
  if (container.image.process || container.restartCount > 0) return refused;
  const status = container.image.behaviour === 'never_healthy' ? 503 : 200;
  return { exit: 0, status, body: '' };
}

function reaches(host: string, bound: string): boolean {
  return bound === '0.0.0.0' || host === bound;
}
