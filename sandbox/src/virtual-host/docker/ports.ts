import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { EngineError, type Publication } from './state.ts';

export interface Addresses {
  publicIp: string;
  privateIp: string;
}

const any = '0.0.0.0';

interface Listener {
  server: Server;
  sockets: Set<Socket>;
}

/** Where on this machine a port of a virtual host is: those that only root may take are moved up. */
export function realPort(port: number): number {
  return port < 1024 ? port + 8000 : port;
}

export interface Forwarders {
  /** Listens there in place of the public address so far, where all is cut. Throws an EngineError, and all is as before. */
  readdress(publicIp: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Listens for what a container publishes and passes it on to the container's own address. Throws an EngineError in the
 * engine's words when it cannot have a port. Ports on 127.0.0.1 are left out: nobody outside reaches them.
 */
export async function forward(
  publications: readonly Publication[],
  { publicIp, privateIp }: Addresses,
  target: string,
): Promise<Forwarders> {
  const onPublicIp = (ip: string) =>
    publications.filter(({ hostIp }) => hostIp === any).map((publication) => ({ ...publication, address: ip }));
  const onPrivateIp = publications
    .filter(({ hostIp }) => [any, privateIp].includes(hostIp))
    .map((publication) => ({ ...publication, address: privateIp }));

  async function open(wanted: readonly (Publication & { address: string })[]): Promise<Listener[]> {
    const opened: Listener[] = [];
    for (const { address, hostIp, hostPort, containerPort } of wanted) {
      try {
        opened.push(await listen(address, realPort(hostPort), { host: target, port: realPort(containerPort) }));
      } catch {
        await shut(opened);
        throw new EngineError(userlandProxy(hostIp, hostPort, 'address already in use'));
      }
    }
    return opened;
  }

  const inside = await open(onPrivateIp);
  let outside = await open(onPublicIp(publicIp)).catch(async (error) => {
    await shut(inside);
    throw error;
  });
  return {
    async readdress(ip) {
      const before = outside;
      outside = await open(onPublicIp(ip));
      await shut(before);
    },
    close: () => shut([...inside.splice(0), ...outside.splice(0)]),
  };
}

async function shut(listeners: readonly Listener[]): Promise<void> {
  await Promise.all(
    listeners.map(({ server, sockets }) => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    }),
  );
}

/** Throws an EngineError when the host has no such address, or when a running container has the port. */
export function checkPorts(
  publications: readonly Publication[],
  taken: readonly Publication[],
  privateIp: string,
  sshPort: number,
): void {
  for (const { hostIp, hostPort } of publications) {
    const clash = taken.some(
      (one) => one.hostPort === hostPort && (one.hostIp === hostIp || [one.hostIp, hostIp].includes(any)),
    );
    if (clash) throw new EngineError(`Bind for ${hostIp}:${hostPort} failed: port is already allocated`);
    if (![any, '127.0.0.1', privateIp].includes(hostIp)) {
      throw new EngineError(userlandProxy(hostIp, hostPort, 'cannot assign requested address'));
    }
    if ([22, sshPort].includes(hostPort) && hostIp !== '127.0.0.1') {
      throw new EngineError(userlandProxy(hostIp, hostPort, 'address already in use'));
    }
  }
}

function userlandProxy(address: string, port: number, why: string): string {
  return `Error starting userland proxy: listen tcp4 ${address}:${port}: bind: ${why}`;
}

async function listen(address: string, port: number, target: { host: string; port: number }): Promise<Listener> {
  const sockets = new Set<Socket>();
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
  };
  const server = createServer({ allowHalfOpen: true }, (inside) => {
    const outside = connect({ ...target, allowHalfOpen: true });
    for (const [socket, other] of [[inside, outside] as const, [outside, inside] as const]) {
      track(socket);
      socket.setNoDelay(true);
      socket.on('close', () => other.destroy()).pipe(other);
    }
  });
  server.listen(port, address);
  await once(server, 'listening');
  return { server, sockets };
}
