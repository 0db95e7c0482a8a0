import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { generate } from 'selfsigned';
import { freePort } from '../ports.ts';
import { feedDns } from './pebble-dns.ts';

/** Whether Pebble is here, with its DNS server. */
export const hasPebble = ['pebble', 'pebble-challtestsrv'].every((program) => !spawnSync(program, ['-h']).error);

export interface Pebble {
  /** Settings of a control API that has its certificates from it. */
  env: Record<string, string>;
  /** PEM of whom its certificates come from: another one each time. */
  root(): Promise<string>;
  stop(): Promise<void>;
}

/** Let's Encrypt's own test server, with its DNS server, which is fed with what the sandbox's Route 53 is told. */
export async function startPebble(sandboxUrl: string, settings: Record<string, string>): Promise<Pebble> {
  const folder = await mkdtemp(join(tmpdir(), 'fountain-pebble-'));
  const ports = { dns: await freePort(), feed: await freePort(), acme: await freePort(), management: await freePort() };
  const at = (port: number) => `127.0.0.1:${port}`;
  const certificate = await configure(folder, at(ports.acme), at(ports.management));
  const noOthers = ['-http01', '', '-https01', '', '-tlsalpn01', ''];
  const children = [
    spawn('pebble-challtestsrv', ['-dns01', at(ports.dns), '-management', at(ports.feed), ...noOthers]),
    spawn('pebble', ['-config', join(folder, 'pebble.json'), '-dnsserver', at(ports.dns), '-strict'], {
      env: { ...process.env, PEBBLE_VA_NOSLEEP: '1', ...settings },
    }),
  ];
  for (const { stdout, stderr } of children) for (const stream of [stdout, stderr]) stream.resume();
  const dns = await feedDns(sandboxUrl, `http://${at(ports.feed)}`);
  await Promise.all([ports.feed, ports.acme, ports.management].map(listening));
  return {
    env: {
      ACME_DIRECTORY_URL: `https://${at(ports.acme)}/dir`,
      ACME_CA_FILE: join(folder, 'certificate.pem'),
      AWS_ENDPOINT_URL_ROUTE_53: dns.url,
    },
    async root() {
      const [answer] = await once(get(`https://${at(ports.management)}/roots/0`, { ca: certificate }), 'response');
      return text(answer);
    },
    async stop() {
      await Promise.all(children.map(end));
      dns.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Debian's package has no certificate for the server's own address; this one signs itself. */
async function configure(folder: string, listenAddress: string, managementListenAddress: string): Promise<string> {
  const made = await generate([{ name: 'commonName', value: 'pebble' }], {
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  });
  const [certificate, privateKey] = ['certificate.pem', 'key.pem'].map((name) => join(folder, name)) as [
    string,
    string,
  ];
  await writeFile(certificate, made.cert);
  await writeFile(privateKey, made.private, { mode: 0o600 });
  const pebble = { listenAddress, managementListenAddress, certificate, privateKey, httpPort: 1, tlsPort: 1 };
  await writeFile(join(folder, 'pebble.json'), JSON.stringify({ pebble }));
  return made.cert;
}

async function listening(port: number): Promise<void> {
  for (const until = Date.now() + 20_000; ; await delay(20)) {
    const socket = connect(port, '127.0.0.1');
    const up = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (up) return;
    if (Date.now() > until) throw new Error(`Nobody listens on port ${port}.`);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
