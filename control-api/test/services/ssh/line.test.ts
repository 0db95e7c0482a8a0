import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openLine } from '../../../src/services/ssh/line.ts';

async function listen(arrived: (socket: Socket) => void = () => {}): Promise<{ server: Server; port: number }> {
  const server = createServer(arrived).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { server, port: (server.address() as AddressInfo).port };
}

test('is open until the host takes it down, whatever the host says', async () => {
  let accepted: Socket | undefined;
  const { port } = await listen((socket) => {
    accepted = socket;
    socket.on('error', () => {}).write('SSH-2.0-OpenSSH_9.2p1\r\n');
  });
  const line = await openLine({ host: '127.0.0.1', port }, 1000);
  expect(line?.isOpen()).toBe(true);
  await vi.waitFor(() => expect(accepted).toBeDefined());
  accepted?.end();
  await vi.waitFor(() => expect(line?.isOpen()).toBe(false), { interval: 5 });
});

test('is cut by a host that dies', async () => {
  const { port } = await listen((socket) => void socket.resetAndDestroy());
  const line = await openLine({ host: '127.0.0.1', port }, 1000);
  await vi.waitFor(() => expect(line?.isOpen() ?? false).toBe(false), { interval: 5 });
});

test('ends when it is closed here', async () => {
  const sockets: Socket[] = [];
  const { port } = await listen((socket) => void sockets.push(socket.resume()));
  const line = await openLine({ host: '127.0.0.1', port }, 1000);
  await vi.waitFor(() => expect(sockets).toHaveLength(1), { interval: 5 });
  line?.close();
  expect(line?.isOpen()).toBe(false);
  await once(sockets[0] as Socket, 'close');
});

test('nobody there', async () => {
  const { server, port } = await listen();
  server.close();
  await once(server, 'close');
  expect(await openLine({ host: '127.0.0.1', port }, 1000)).toBeUndefined();
});
