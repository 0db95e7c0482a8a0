import { anyAddress } from './ports.ts';

/** What listens on a host, by the addresses that the host itself knows. */
export interface Socket {
  /** 0.0.0.0, 127.0.0.1 or the host's private address. */
  address: string;
  port: number;
  /** As `ss` shows it, e.g. `nginx`. */
  program: string;
  /** Of its processes; the one that opened it is the last. */
  pids: readonly number[];
  /** Of this machine, on 127.0.0.1, where something really answers. */
  realPort?: number;
}

export type Sockets = ReturnType<typeof createSockets>;

/** `others`: those that are not opened here, as an engine publishes them. */
export function createSockets(others: () => readonly Socket[]) {
  let open: Socket[] = [];
  const all = () => [...open, ...others()];
  const among = (sockets: readonly Socket[], address: string, port: number) =>
    sockets.find(
      (one) => one.port === port && (one.address === address || [one.address, address].includes(anyAddress)),
    );
  return {
    /** All that listen; those of 127.0.0.1 first. */
    all: () => all().sort((a, b) => a.port - b.port || a.address.localeCompare(b.address)),
    /** Who keeps others from listening there. */
    holder: (address: string, port: number) => among(all(), address, port),
    /** As `holder`, but for those that are not opened here. */
    own: (address: string, port: number) => among(open, address, port),
    open(socket: Socket): void {
      open.push(socket);
    },
    /** Of a process that ended. */
    closeAll(pid: number): void {
      open = open.filter(({ pids }) => !pids.includes(pid));
    },
    clear(): void {
      open = [];
    },
    /** Where a request from the host itself to one of its own addresses arrives. */
    reach: (address: string, port: number): Socket | undefined =>
      open.find((one) => one.port === port && [address, anyAddress].includes(one.address)),
  };
}
