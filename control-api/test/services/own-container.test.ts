import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findOwnContainer } from '../../src/services/own-container.ts';
import { temporaryFolder } from './temporary-folder.ts';

const id = 'a920a1d88ca4347a7516e6331ee374927fbe75c4674a6a6cc7fe2847b7ce5529';
/** As a container of Docker 20.10 has them, without what is left out of the middle. */
const mounts = `104 86 0:43 / /dev/shm rw,nosuid,nodev,noexec,relatime - tmpfs shm rw,size=65536k
105 86 254:0 /var/lib/docker/containers/${id}/resolv.conf /etc/resolv.conf ro,relatime - ext4 /dev/vda rw
106 86 254:0 /var/lib/docker/containers/${id}/hostname /etc/hostname ro,relatime - ext4 /dev/vda rw
107 86 254:0 /var/lib/docker/volumes/data/_data /data rw,relatime - ext4 /dev/vda rw
`;
const routes = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t010012AC\t0003\t0\t0\t0\t00000000\t0\t0\t0
eth0\t000012AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
`;

async function proc(mountinfo: string, route?: string): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'self'));
  await mkdir(join(folder, 'net'));
  await writeFile(join(folder, 'self/mountinfo'), mountinfo);
  if (route !== undefined) await writeFile(join(folder, 'net/route'), route);
  return folder;
}

test('a container is known by the files that the engine mounts into it, its machine by the gateway', async () => {
  expect(findOwnContainer(await proc(mounts, routes))).toEqual({ id, hostAddresses: ['127.0.0.1', '172.18.0.1'] });
});

test('a container without a network has no gateway', async () => {
  const headOnly = routes.split('\n').slice(0, 1).join('\n');
  expect(findOwnContainer(await proc(mounts, headOnly))).toEqual({ id, hostAddresses: ['127.0.0.1'] });
  expect(findOwnContainer(await proc(mounts))).toEqual({ id, hostAddresses: ['127.0.0.1'] });
});

test('a machine with containers of its own is none, and neither is a system without /proc', async () => {
  const engine = `40 25 0:36 / /var/lib/docker/containers/${id}/mounts/shm rw,nosuid - tmpfs shm rw,size=65536k\n`;
  expect(findOwnContainer(await proc(engine, routes))).toBeUndefined();
  expect(findOwnContainer('/nowhere')).toBeUndefined();
});
