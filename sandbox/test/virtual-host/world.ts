import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll } from 'vitest';
import type { Host, HostSpec } from '../../src/hosts.ts';
import { createVirtualHosts, type VirtualHostOptions, type VirtualHosts } from '../../src/virtual-host/index.ts';
import { encode, readMarkers, type TestRequest } from './records.ts';
import { clientKey, logIn, type Session } from './ssh-client.ts';

export interface TestHost extends Host {
  spec: HostSpec;
  publicIp: string;
  connect(): Promise<Session>;
  /** One connection, one exec of the records. */
  send(request: TestRequest): Promise<ReturnType<typeof readMarkers> & { exit: number | undefined; out: string }>;
  /** Runs programs as steps up to the first that fails, and gives what the last one said. */
  run(...programs: (readonly string[])[]): Promise<{ exit: number; output: string }>;
}

/** Addresses that no other test uses: its worker's own, counted up. */
let count = 10;
const range = 230 + (Number(process.env.VITEST_POOL_ID ?? 1) % 20);

/** A driver for the tests of one file, on a free port, closed at their end. */
export function virtualWorld(options: VirtualHostOptions = {}) {
  let hosts: VirtualHosts;
  let sshPort = 0;
  beforeAll(async () => {
    sshPort = await freePort();
    hosts = createVirtualHosts({ sshPort, timeScale: 0, ...options });
  });
  afterAll(() => hosts.close());

  async function create(more: Partial<HostSpec> = {}): Promise<TestHost> {
    count += 1;
    const spec: HostSpec = {
      id: `host-${count}`,
      name: `host-${count}`,
      blueprintId: 'debian_12',
      username: 'admin',
      ramMb: 512,
      diskGb: 20,
      authorizedKeys: [clientKey.public],
      userData: '',
      privateIp: `127.1.${range}.${count}`,
      ...more,
    };
    return testHost(await hosts.create(spec), spec, `127.0.${range}.${count}`, sshPort);
  }

  return {
    create,
    /** Created, and started. */
    async boot(more: Partial<HostSpec> = {}): Promise<TestHost> {
      const host = await create(more);
      await host.start(host.publicIp);
      return host;
    },
    get hosts() {
      return hosts;
    },
    get sshPort() {
      return sshPort;
    },
  };
}

export function testHost(host: Host, spec: HostSpec, publicIp: string, sshPort: number): TestHost {
  const connect = () => logIn(publicIp, sshPort);
  async function send(request: TestRequest) {
    const session = await connect();
    const { exit, out, err } = await session.exec('sudo -n bash -s', encode(request));
    session.end();
    if (err !== '' && exit !== undefined) throw new Error(err);
    return { ...readMarkers(out), exit, out };
  }
  return {
    ...host,
    spec,
    publicIp,
    connect,
    send,
    async run(...programs) {
      const { ends } = await send({ records: programs.map((words) => ({ words, timeoutS: 600 })) });
      const last = Object.values(ends).at(-1);
      if (!last) throw new Error('nothing was run');
      return { exit: last.exit, output: last.output };
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
