import { createHash } from 'node:crypto';
import type { Host, HostFault, HostSpec } from '../hosts.ts';
import knownRunners from '../virtual-host/known-runners.json' with { type: 'json' };
import type { Machine } from './machine.ts';
import { type Disturbance, runRecords } from './runner.ts';
import { parseRunnerInput } from './runner-input.ts';
import { createSshServer, type Exec, generateHostKey, publicHalf } from './ssh-server.ts';

const FAULTS = [
  'slow',
  'hang_up',
  'fail_step',
  'dpkg_locked',
  'disk_full',
  'host_key_changed',
  'sshd_restart',
  'refuse',
  'unreachable',
];

/** A machine with its SSH server and its faults. */
export function createHost(
  spec: HostSpec,
  machine: Machine,
  port: number,
  hostKey = generateHostKey(),
): Host & { hostKey(): string } {
  const faults = new Map<HostFault['type'], HostFault>();
  const fault = <Type extends HostFault['type']>(type: Type) =>
    faults.get(type) as Extract<HostFault, { type: Type }> | undefined;
  const seen = { connections: 0, authAttempts: 0, execs: 0, bytesIn: 0 };
  let address = '';
  let shownKey = hostKey;

  const server = createSshServer({
    username: spec.username,
    authorizedKeys: spec.authorizedKeys,
    hostKey: () => shownKey,
    onConnection: () => {
      seen.connections += 1;
    },
    onAttempt: () => {
      seen.authAttempts += 1;
    },
    onBytes: (count) => {
      seen.bytesIn += count;
    },
    onExec: (exec) => void answer(exec),
  });

  async function answer(exec: Exec): Promise<void> {
    seen.execs += 1;
    const { slow, restart } = { slow: fault('slow'), restart: fault('sshd_restart') };
    if (restart) return restartServer(restart.downMs);
    if (slow) await new Promise((resolve) => setTimeout(resolve, slow.delayMs));
    const exit = await execute(exec);
    if (exec.isCut()) return;
    exec.channel.exit(exit);
    exec.channel.end();
  }

  async function execute(exec: Exec): Promise<number> {
    const { command, stdin, channel } = exec;
    if (command === 'true') return 0;
    const complain = (exitCode: number, text: string) => {
      channel.stderr.write(`${text}\n`);
      return exitCode;
    };
    if (command !== 'bash -s' && command !== 'sudo -n bash -s') {
      return complain(
        127,
        `${command.slice(0, 80)}: a virtual host runs the control API's host runner and nothing else`,
      );
    }
    const runner = knownRunners.find(
      ({ bytes, sha256 }) => sha256 === createHash('sha256').update(stdin.subarray(0, bytes)).digest('hex'),
    );
    if (!runner) return complain(127, 'this script is not a host runner that known-runners.json of the sandbox lists');
    const input = parseRunnerInput(stdin.subarray(runner.bytes).toString());
    if (!input) return complain(65, 'host-runner: the input is not whole');
    const write = (text: string) => {
      if (!exec.isCut()) channel.write(text);
      return !exec.isCut();
    };
    return runRecords(machine, input, { write }, disturbance(exec));
  }

  /** The faults that act on a run, as they are armed when it begins. */
  function disturbance({ cut }: Exec): Disturbance {
    return {
      failStep(number) {
        const failing = fault('fail_step');
        if (failing?.step !== number) return undefined;
        const left = (failing.times ?? Number.POSITIVE_INFINITY) - 1;
        if (left <= 0) faults.delete('fail_step');
        else faults.set('fail_step', { ...failing, times: left });
        return failing;
      },
      beforeStep(number) {
        const hangUp = fault('hang_up');
        if (hangUp?.step !== number) return 'go on';
        faults.delete('hang_up');
        cut();
        return hangUp.kill ? 'kill' : 'go on';
      },
    };
  }

  async function restartServer(downMs: number): Promise<void> {
    faults.delete('sshd_restart');
    await server.close();
    await new Promise((resolve) => setTimeout(resolve, downMs));
    if (address !== '') await server.listen(address, port);
  }

  /** Listens as the faults say. */
  async function listen(): Promise<void> {
    if (faults.has('refuse')) return;
    await (faults.has('unreachable') ? server.listenDeaf(address, port) : server.listen(address, port));
  }

  async function relisten(): Promise<void> {
    await server.close();
    if (address !== '') await listen();
  }

  async function stop(): Promise<void> {
    address = '';
    await server.close();
    await machine.shutDown();
  }

  return {
    privateIp: spec.privateIp,
    hostKey: () => hostKey,
    async start(publicIp) {
      address = publicIp;
      try {
        await listen();
      } catch (error) {
        address = '';
        throw error;
      }
      await machine.boot(publicIp);
    },
    stop,
    async reboot() {
      const at = address;
      await stop();
      address = at;
      await machine.boot(at);
      await listen();
    },
    destroy: stop,
    hostKeys: async () => [publicHalf(hostKey)],
    async setFault(wanted) {
      if (!FAULTS.includes(wanted.type)) throw new TypeError(`a virtual host knows the faults ${FAULTS.join(', ')}`);
      faults.set(wanted.type, wanted);
      if (wanted.type === 'dpkg_locked') machine.dpkgLockedUntil = machine.time.now() + wanted.forMs;
      if (wanted.type === 'disk_full') machine.diskFull = true;
      if (wanted.type === 'host_key_changed') shownKey = generateHostKey();
      if (['host_key_changed', 'refuse', 'unreachable'].includes(wanted.type)) await relisten();
    },
    async clearFaults() {
      faults.clear();
      machine.dpkgLockedUntil = 0;
      machine.diskFull = false;
      shownKey = hostKey;
      await relisten();
    },
    observed: () => ({ ...seen, commandLines: [...machine.commandLines] }),
  };
}
