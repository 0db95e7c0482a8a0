import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { fakeOperations, operationView, web } from '../web-fakes.ts';

async function logged(act: (app: Awaited<ReturnType<typeof web>>) => Promise<unknown>) {
  const lines: string[] = [];
  const env = { LOG_LEVEL: 'trace', CONTROL_API_TOKEN: 'hunter2' };
  const result = { name: 'app', image: 'a/app:latest', digest: null, url: null };
  const operations = fakeOperations(Promise.resolve(operationView({ result })));
  await act(await web({ env, operations, logStream: { write: (line: string) => lines.push(line) } }));
  return lines;
}

test('no header, no body and no secret is logged', async () => {
  const payload = {
    instance_ip: '9.10.11.12',
    ssh_key_path: '/k',
    docker_image: 'a/app',
    registry_username: 'u',
    registry_token: 'hunter3',
    secret_env: { API_KEY: 'hunter4' },
  };
  const headers = { authorization: 'Bearer hunter2', cookie: 'session=hunter5' };
  const lines = await logged(async (app) => {
    const call = { method: 'POST', url: '/services/deploy-docker-app', headers } as const;
    const answer = await app.inject({ ...call, payload });
    expect(answer.statusCode).toBe(200);
    await app.inject({ ...call, payload: { ...payload, registry_token: ['hunter3'] } });
    await app.inject({
      ...call,
      payload: '{"registry_token": "hunter3',
      headers: { ...headers, 'content-type': 'application/json' },
    });
    app.log.error({ headers, req: { headers }, request: { body: payload } }, 'a careless line');
  });
  expect(lines.length).toBeGreaterThan(5);
  expect(lines.join('')).not.toMatch(/hunter\d/);
});

test('of an address only the path is logged: what was put behind it by mistake is not', async () => {
  const lines = await logged(async (app) => {
    await app.inject('/github/secrets?repo_name=a/b&github_token=hunter6');
    await app.inject('/no/such/route?github_token=hunter6');
    await app.inject('/github/%zz?github_token=hunter6');
  });
  const paths = lines.map((line) => JSON.parse(line).req?.path).filter(Boolean);
  expect(paths).toEqual(['/github/secrets', '/no/such/route', '/github/%zz']);
  expect(lines.join('')).not.toContain('hunter');
});

test('nor is a request that is no HTTP', async () => {
  const lines = await logged(async (app) => {
    const { port } = new URL(await app.listen({ port: 0 }));
    const socket = connect(Number(port), '127.0.0.1');
    socket.end('GET / HTTP/1.1\r\nAuthorization: Bearer hunter2\r\nno header at all\r\n\r\n');
    for await (const _ of socket);
  });
  const bytes = [...Buffer.from('hunter2')].join(',');
  expect(lines.join('')).toContain('client error');
  expect(lines.join('')).not.toMatch(new RegExp(`hunter2|${bytes}`));
});

test('the lines of a request share an id, and a defect is logged under the id that its answer names', async () => {
  let message = '';
  const lines = await logged(async (app) => {
    const headers = { authorization: 'Bearer hunter2' };
    const answer = await app.inject({ url: '/aws/lightsail/bundles?region=eu-central-1', headers });
    ({ message } = answer.json());
  });
  const id = /request (\S+)\.$/.exec(message)?.[1];
  const own = lines.map((line) => JSON.parse(line)).filter(({ reqId }) => reqId === id);
  expect(own.map(({ msg }) => msg)).toEqual(['incoming request', 'a defect', 'request completed']);
  expect(own[1].err.message).toBe('not expected to be called');
});

test('health checks leave no line', async () => {
  expect(await logged((app) => app.inject('/health'))).toEqual([]);
});
