import {
  checkConfiguration,
  checkHeap,
  createNode,
  httpHosts,
  httpPort,
  neededMb,
  readSettings,
  type Settings,
  startupFailure,
} from '../../stand-ins/opensearch/index.ts';
import type { Machine } from '../machine/machine.ts';
import { anyAddress, type Forwarding, PortTaken } from '../machine/ports.ts';
import { type Failure, failedWith, type Start, type Unit } from './unit.ts';

const YML = '/etc/opensearch/opensearch.yml';
const OPTIONS = '/etc/opensearch/jvm.options';
/** In place of the security plugin's index: what passwords there are, also after a restart. */
const USERS = '/var/lib/opensearch/security-index.json';
/** What a start takes; a machine of 1 GB, of which a part is swap, is slow. */
const START_MS = 20_000;
const SLOW_START_MS = 90_000;
const SMALL_MB = 1100;
const KILLED = 9;
/** Exit code of what OpenSearch calls a user's error, as that of its bootstrap checks. */
const CONFIG = 78;

interface Running {
  close(): Promise<void>;
}

const running = new WeakMap<Machine, Running>();

/** One node; what it answers is real, at its private address where it listens there. */
export const opensearch: Unit = {
  description: 'OpenSearch',
  program: 'java',
  type: 'notify',
  async start(start) {
    const { machine, say } = start;
    const refusal = refusalOf(machine);
    if (refusal) {
      say(refusal);
      return failedWith(refusal.startsWith('ERROR: ') ? CONFIG : 1);
    }
    await start.sleep(machine.spec.ramMb < SMALL_MB ? SLOW_START_MS : START_MS);
    if (neededMb(optionsOf(machine)) > machine.memoryMb()) return { result: 'oom-kill', status: KILLED };
    return listen(start);
  },
  async stop(machine) {
    await running.get(machine)?.close();
    running.delete(machine);
  },
};

function readerOf({ files }: Machine) {
  return (path: string) => (files.readableBy('opensearch', path) ? files.find(path)?.text : undefined);
}

function pluginsIn({ files }: Machine): string[] {
  return files.isDirectory('/usr/share/opensearch/plugins') ? files.list('/usr/share/opensearch/plugins') : [];
}

function optionsOf({ files }: Machine): string[] {
  const more = files.below(`${OPTIONS}.d`, 1).filter((path) => path.endsWith('.options'));
  return [OPTIONS, ...more].map((path) => files.find(path)?.text ?? '');
}

function refusalOf(machine: Machine): string | undefined {
  const heap = checkHeap(optionsOf(machine));
  if (heap) return heap;
  const yml = readerOf(machine)(YML);
  if (yml === undefined) return startupFailure(`java.nio.file.AccessDeniedException: ${YML}`);
  const complaint = checkConfiguration(yml, readerOf(machine), pluginsIn(machine));
  return complaint === undefined
    ? undefined
    : startupFailure(complaint, String(settingsOf(machine)['cluster.name'] ?? 'opensearch'));
}

function settingsOf(machine: Machine): Settings {
  const settings = readSettings(readerOf(machine)(YML) ?? '');
  return typeof settings === 'string' ? {} : settings;
}

async function listen({ machine, pid, say }: Start): Promise<Failure | undefined> {
  const { files, sockets, ports, spec, state } = machine;
  const [hosts, port] = [httpHosts(settingsOf(machine)), httpPort(settingsOf(machine))];
  const refuse = (host: string, why: string) => {
    say(startupFailure(`BindHttpException[Failed to bind to ${host}:${port}]; nested: BindException[${why}]`));
    return failedWith(1);
  };
  const foreign = hosts.find((host) => ![anyAddress, spec.privateIp].includes(host) && !host.startsWith('127.'));
  if (foreign) return refuse(foreign, 'Cannot assign requested address');
  const taken = hosts.find((host) => sockets.holder(host, port));
  if (taken) return refuse(taken, 'Address already in use');
  const users = new Map(Object.entries(JSON.parse(files.find(USERS)?.text ?? '{}') as Record<string, string>));
  const onUsers = () => files.write(USERS, JSON.stringify(Object.fromEntries(users)), '600');
  const version = state.packages.opensearch?.version ?? '';
  const node = createNode({ version, yml: files.read(YML), read: readerOf(machine), users, onUsers });
  const [own] = await node.listen([{ host: '127.0.0.1', port: 0 }]);
  const realPort = own?.port ?? 0;
  let outside: Forwarding | undefined;
  try {
    const publications = hosts.map((hostIp) => ({ hostIp, hostPort: port, containerPort: realPort }));
    outside = await ports.forward(publications, '127.0.0.1');
  } catch (error) {
    await node.close();
    if (!(error instanceof PortTaken)) throw error;
    return refuse(error.publication.hostIp, 'Address already in use');
  }
  for (const address of hosts) sockets.open({ address, port, program: 'java', pids: [pid], realPort });
  running.set(machine, { close: async () => void (await Promise.all([outside?.close(), node.close()])) });
  return undefined;
}
