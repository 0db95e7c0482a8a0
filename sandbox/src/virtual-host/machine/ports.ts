import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

export interface Addresses {
  publicIp: string;
  privateIp: string;
}

/** A port of the host and the one behind it that it leads to; `hostIp` 0.0.0.0 for all of the host's addresses. */
export interface Publication {
  hostIp: string;
  hostPort: number;
  containerPort: number;
}

/** Another process of this machine listens there. */
export class PortTaken extends Error {
  readonly publication: Publication;

  constructor(publication: Publication, cause: unknown) {
    super(`${publication.hostIp}:${publication.hostPort} is taken`, { cause });
    this.publication = publication;
  }
}

export interface Forwarding {
  close(): Promise<void>;
}

/** Takes what arrives at a publication, in the place of an address that it would be passed on to. */
export type Taker = (socket: Socket, publication: Publication) => void;

export const anyAddress = '0.0.0.0';

/** Where on this machine a port of a virtual host is: those that only root may take are moved up. */
export function realPort(port: number): number {
  return port < 1024 ? port + 8000 : port;
}

export type Ports = ReturnType<typeof createPorts>;

/** The ports of a host that are real: what arrives there is passed on to processes, on loopback addresses of their own. */
export function createPorts(addresses: () => Addresses) {
  const forwardings = new Set<{ move(publicIp: string): Promise<void> }>();
  return {
    /**
     * Listens on the host's addresses, the public one wherever it moves, and leads to `target`, an address or who takes it.
     * Throws PortTaken. What is published on 127.0.0.1 is left out: nobody outside reaches it.
     */
    async forward(publications: readonly Publication[], target: string | Taker): Promise<Forwarding> {
      const { publicIp, privateIp } = addresses();
      const forAll = publications.filter(({ hostIp }) => hostIp === anyAddress);
      const inside = await listenOn(privateIp, target, [
        ...forAll,
        ...publications.filter(({ hostIp }) => hostIp === privateIp),
      ]);
      let outside = await listenOn(publicIp, target, forAll).catch(async (error) => {
        await shut(inside);
        throw error;
      });
      const forwarding = {
        async move(ip: string) {
          const before = outside;
          outside = await listenOn(ip, target, forAll);
          await shut(before);
        },
        async close() {
          forwardings.delete(forwarding);
          await shut([...inside.splice(0), ...outside.splice(0)]);
        },
      };
      forwardings.add(forwarding);
      return forwarding;
    },
    /** Listens on this public address in place of the one so far, where all is cut. Throws PortTaken. */
    async readdress(publicIp: string): Promise<void> {
      await Promise.all([...forwardings].map((one) => one.move(publicIp)));
    },
  };
}

interface Listener {
  server: Server;
  sockets: Set<Socket>;
}

/** On all ports or on none. */
async function listenOn(
  address: string,
  target: string | Taker,
  publications: readonly Publication[],
): Promise<Listener[]> {
  const opened: Listener[] = [];
  for (const publication of publications) {
    try {
      const take: (socket: Socket) => void =
        typeof target === 'string'
          ? passOn({ host: target, port: realPort(publication.containerPort) })
          : (socket) => target(socket, publication);
      opened.push(await listen(address, realPort(publication.hostPort), take));
    } catch (error) {
      await shut(opened);
      throw new PortTaken(publication, error);
    }
  }
  return opened;
}

async function shut(listeners: readonly Listener[]): Promise<void> {
  await Promise.all(
    listeners.map(({ server, sockets }) => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    }),
  );
}

async function listen(address: string, port: number, take: (socket: Socket) => void): Promise<Listener> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    take(socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket)));
  });
  server.listen(port, address);
  await once(server, 'listening');
  return { server, sockets };
}

function passOn(target: { host: string; port: number }) {
  return (inside: Socket): void => {
    const outside = connect({ ...target, allowHalfOpen: true });
    outside.setNoDelay(true).on('error', () => outside.destroy());
    for (const [socket, other] of [[inside, outside] as const, [outside, inside] as const]) {
      socket.on('close', () => other.destroy()).pipe(other);
    }
  };
}
