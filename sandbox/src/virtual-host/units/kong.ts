import {
  configurationHash,
  createAdminApi,
  createStatusApi,
  EMPTY_HASH,
  environmentFile,
  type Listen,
  type Loaded,
  portsTaken,
  readConf,
  refusalToStart,
  runKong,
  VERSION,
} from '../../stand-ins/kong/index.ts';
import type { Listeners } from '../../stand-ins/listeners.ts';
import type { Machine } from '../machine/machine.ts';
import { failedWith, type Start, type Unit } from './unit.ts';

interface Running {
  loaded: Loaded;
  apis: readonly Listeners[];
}

const running = new WeakMap<Machine, Running>();

/** Checks its configuration and tells its state; nothing answers on the ports of `proxy_listen`, which it only holds. */
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
    for (const api of running.get(machine)?.apis ?? []) await api.close();
    running.delete(machine);
  },
  async reload({ machine, say }) {
    if (prepare(machine, say)) return failedWith(1);
    const own = running.get(machine);
    if (own) own.loaded.hash = hashOnDisk(machine);
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

/** Of the file that kong.conf names. */
function hashOnDisk(machine: Machine): string {
  const conf = readConf(confOf(machine));
  const file = typeof conf === 'object' ? conf.declarativeConfig : undefined;
  const text = file && readerOf(machine)(file);
  return text === undefined || text === '' ? EMPTY_HASH : configurationHash(text);
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
  const taken = [...proxyListen, ...adminListen, ...statusListen].filter((one) =>
    machine.sockets.holder(one.host, one.port),
  );
  if (taken.length > 0) {
    say(portsTaken(taken.map(({ host, port }) => `${host}:${port}`)));
    return failedWith(1);
  }
  const loaded = { hash: hashOnDisk(machine) };
  const admin = createAdminApi({ loaded, plugins, version: VERSION });
  const status = createStatusApi({ loaded, version: VERSION });
  running.set(machine, { loaded, apis: [admin, status] });
  const open = (listens: readonly Listen[], realPort?: number) => {
    for (const { host: address, port } of listens) {
      // Workers hold the sockets as well as the master that opened them.
      const pids = [pid + 1, pid];
      machine.sockets.open({ address, port, program: 'nginx', pids, ...(realPort ? { realPort } : {}) });
    }
  };
  open(proxyListen);
  open(adminListen, await realPortOf(admin));
  open(statusListen, await realPortOf(status));
  return undefined;
}

async function realPortOf(api: Listeners): Promise<number> {
  const [own] = await api.listen([{ host: '127.0.0.1', port: 0 }]);
  return own?.port ?? 0;
}
