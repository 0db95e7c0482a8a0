import {
  createAdminApi,
  createGateway,
  createStatusApi,
  environmentFile,
  type Gateway,
  type Listen,
  portsTaken,
  readConf,
  refusalToStart,
  runKong,
  VERSION,
} from '../../stand-ins/kong/index.ts';
import { createListeners } from '../../stand-ins/listeners.ts';
import type { Machine } from '../machine/machine.ts';
import { type Forwarding, PortTaken } from '../machine/ports.ts';
import { defaultCertificate } from './default-certificate.ts';
import { reachFrom } from './reach.ts';
import { failedWith, type Start, type Unit } from './unit.ts';

interface Running {
  gateway: Gateway;
  close(): Promise<void>;
}

const running = new WeakMap<Machine, Running>();

/** Serves its configuration on the host's addresses, and its own APIs to programs on the host. */
export const kong: Unit = {
  description: 'Kong',
  program: 'nginx',
  type: 'simple',
  async start(start) {
    const refused = prepare(start.machine, start.say);
    if (refused) return failedWith(1, { early: true });
    return listen(start);
  },
  async stop(machine) {
    await running.get(machine)?.close();
    running.delete(machine);
  },
  async reload({ machine, say }) {
    if (prepare(machine, say)) return failedWith(1);
    const own = running.get(machine);
    const refusal = own && refusalToStart(confOf(machine), readerOf(machine));
    // nginx goes on with what it has.
    if (refusal) say(refusal);
    else if (own) loadFromDisk(own.gateway, machine);
    return undefined;
  },
};

const readerOf =
  ({ files }: Machine) =>
  (path: string) =>
    files.find(path)?.text;

/** ExecStartPre: leaves the settings where the running Kong finds them. Gives whether it failed. */
function prepare(machine: Machine, say: Start['say']): boolean {
  const { exit, err } = runKong(['prepare', '-p', '/usr/local/kong'], readerOf(machine));
  if (exit !== 0) say(err);
  else machine.files.write(environmentFile(), confOf(machine), '644');
  return exit !== 0;
}

function confOf(machine: Machine): string {
  return readerOf(machine)('/etc/kong/kong.conf') ?? '';
}

/** Loads the file that kong.conf names, which is a good one. */
function loadFromDisk(gateway: Gateway, machine: Machine): void {
  const conf = readConf(confOf(machine));
  if (typeof conf === 'string') return;
  const text = conf.declarativeConfig && readerOf(machine)(conf.declarativeConfig);
  if (text) gateway.load(text, conf.plugins);
}

async function listen({ machine, pid, say }: Start) {
  const refusal = refusalToStart(confOf(machine), readerOf(machine));
  if (refusal) {
    say(refusal);
    return failedWith(1);
  }
  const conf = readConf(confOf(machine));
  if (typeof conf === 'string') return failedWith(1);
  const { proxyListen, adminListen, statusListen, plugins } = conf;
  const all = [...proxyListen, ...adminListen, ...statusListen];
  const gateway = createGateway({
    defaultCertificate: await defaultCertificate(),
    reach: reachFrom(machine),
    secondMs: 1000 * (machine.pace.scale || 1),
  });
  const opened: { close(): Promise<void> }[] = [];
  const close = async () => {
    gateway.close();
    await Promise.all(opened.map((one) => one.close()));
  };
  const refuse = async (taken: readonly Listen[]) => {
    say(portsTaken(taken.map(({ host, port }) => `${host}:${port}`)));
    await close();
    return failedWith(1);
  };
  const taken = all.filter(({ host, port }) => machine.sockets.holder(host, port));
  if (taken.length > 0) return refuse(taken);
  const open = ({ host: address, port }: Listen, realPort: number) => {
    // Workers hold the sockets as well as the master that opened them.
    machine.sockets.open({ address, port, program: 'nginx', pids: [pid + 1, pid], realPort });
  };
  for (const one of proxyListen) {
    const door = await openDoor(machine, gateway, one).catch(passTaken);
    if (door === undefined) return refuse([one]);
    opened.push(door);
    open(one, door.realPort);
  }
  const version = VERSION;
  for (const [listens, api] of [
    [adminListen, createAdminApi({ gateway, plugins, version })],
    [statusListen, createStatusApi({ gateway, version })],
  ] as const) {
    opened.push(api);
    const [own] = await api.listen([{ host: '127.0.0.1', port: 0 }]);
    for (const one of listens) open(one, own?.port ?? 0);
  }
  loadFromDisk(gateway, machine);
  running.set(machine, { gateway, close });
  return undefined;
}

function passTaken(error: unknown): undefined {
  if (!(error instanceof PortTaken)) throw error;
}

/** One of `proxy_listen`: for the host's own programs at `realPort` of 127.0.0.1, for others on the host's addresses. */
async function openDoor(machine: Machine, gateway: Gateway, { host, port, ssl }: Listen) {
  let server: ReturnType<Gateway['server']> | undefined;
  const inside = createListeners(() => {
    server = gateway.server({ port, ssl });
    return server;
  });
  const [own] = await inside.listen([{ host: '127.0.0.1', port: 0 }]);
  const publication = { hostIp: host, hostPort: port, containerPort: port };
  const outside: Forwarding = await machine.ports
    .forward([publication], (socket) => server?.emit('connection', socket))
    .catch(async (error) => {
      await inside.close();
      throw error;
    });
  return {
    realPort: own?.port ?? 0,
    close: async () => void (await Promise.all([outside.close(), inside.close()])),
  };
}
