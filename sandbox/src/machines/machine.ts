import { spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Host, HostFault, HostKey, HostSpec } from '../hosts.ts';
import { type ContainerOptions, containerName, makeContainer } from './container.ts';
import { createMachineFaults } from './faults.ts';
import { createForwarder } from './forwarder.ts';

export interface MachineOptions extends ContainerOptions {
  /** What is reachable on the public address. */
  ports: readonly number[];
  /** Frees what the driver keeps for it. */
  forget: () => Promise<void>;
}

const bootTimeoutMs = 90_000;

/** One machine: a container with systemd as its first process, and the forwarder that is its public address. */
export async function createMachine(spec: HostSpec, options: MachineOptions): Promise<Host & { container: string }> {
  const { engine, id, privateIp, ports, forget } = options;
  const { docker } = engine;
  const container = await makeContainer(spec, options);
  const forwarder = createForwarder(privateIp, ports);
  let address = '';
  let refused = false;
  /** Faults for a machine that does not run; played before anybody can reach it. */
  let armed: HostFault[] = [];

  const sshAnswers = () => answersSsh(privateIp, bootTimeoutMs);
  const reopen = async () => (address === '' || refused ? undefined : forwarder.open(address));
  const faults = createMachineFaults({ engine, container, forwarder, sshAnswers, reopen });

  const isRunning = async () =>
    (await docker(['inspect', '--format', '{{.State.Running}}', container])).trim() === 'true';

  async function play(fault: HostFault): Promise<void> {
    refused ||= fault.type === 'refuse';
    await faults.play(fault);
  }

  async function appear(publicIp: string): Promise<void> {
    await sshAnswers();
    for (const fault of armed.splice(0)) await play(fault);
    if (!refused) await forwarder.open(publicIp);
    address = publicIp;
  }

  return {
    container,
    privateIp,
    async start(publicIp) {
      await docker(['start', container]);
      await appear(publicIp);
    },
    async readdress(publicIp) {
      if (!refused) await forwarder.open(publicIp);
      address = publicIp;
    },
    async stop() {
      address = '';
      await forwarder.close();
      await docker(['stop', '--time', '30', container]);
    },
    async reboot() {
      await forwarder.close();
      await docker(['restart', '--time', '30', container]);
      await appear(address);
    },
    async destroy() {
      address = '';
      await forwarder.close();
      await docker(['rm', '--force', '--volumes', container]);
      await docker(['volume', 'rm', '--force', containerName(id, spec)]);
      await forget();
    },
    async hostKeys() {
      if (!(await isRunning())) return [];
      return parseKeys(await engine.inside(container, 'cat /etc/ssh/ssh_host_*_key.pub 2>/dev/null || true'));
    },
    async setFault(fault) {
      faults.check(fault);
      if (await isRunning()) await play(fault);
      else armed.push(fault);
    },
    async clearFaults() {
      armed = [];
      refused = false;
      await faults.clear(await isRunning());
    },
    observed() {
      const logs = (unit: string) =>
        spawnSync('docker', ['exec', container, 'journalctl', '--quiet', '--output=cat', unit], { encoding: 'utf8' })
          .stdout ?? '';
      const sshd = logs('_COMM=sshd');
      return {
        ...forwarder.seen,
        authAttempts: count(sshd, /^(Accepted|Failed) \w+ for /gm),
        execs: count(sshd, /^Starting session: command/gm),
        commandLines: [...logs('_COMM=sudo').matchAll(/COMMAND=(.*)$/gm)].map((match) => match[1] as string),
      };
    },
  };
}

const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;

function parseKeys(text: string): HostKey[] {
  return text
    .split('\n')
    .map((line) => line.split(' '))
    .flatMap(([algorithm, publicKey]) => (algorithm && publicKey ? [{ algorithm, publicKey }] : []));
}

/** Resolves when an SSH server has greeted there; rejects after `timeoutMs`. */
async function answersSsh(host: string, timeoutMs: number): Promise<void> {
  for (const until = Date.now() + timeoutMs; ; ) {
    if (await greets(host)) return;
    if (Date.now() > until) throw new Error(`sshd of ${host} did not answer within ${timeoutMs / 1000} s`);
    await delay(50);
  }
}

function greets(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port: 22, timeout: 2000 });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', (data) => end(data.toString('latin1').startsWith('SSH-')));
    for (const event of ['error', 'end', 'timeout']) socket.once(event, () => end(false));
  });
}
