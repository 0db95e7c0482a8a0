import { expect } from 'vitest';
import { expectFailure } from '../test/answers.ts';
import { makeHost, stepsToRun, type TestHost } from '../test/hosts.ts';
import { type Answer, openWorld, type World } from '../world.ts';
import { say } from './machines-sandbox.ts';
import { lightsail, sudo } from './rollout-world.ts';
import { vendorEnvironment } from './vendor-packages.ts';

/** A call of the control API on one host. */
export type Call = (fields?: object, dryRun?: 'dry run') => Promise<Answer>;

export interface ServiceHost extends TestHost {
  /** POST /services/{path} */
  call(path: string): Call;
  /** A command as root by the operator's key; rejects unless it ends with 0. */
  sudo(command: string): Promise<string>;
  reboot(): Promise<void>;
}

/** A cloud of real machines and a control API beside it that has OpenSearch's and Kong's packages from here, or from their vendors. */
export function openServiceWorld(addressRange: number, env: Record<string, string> = {}) {
  const settings = { machines: true, sshPort: 22, addressRange };
  return openWorld({ settings, env: { ...vendorEnvironment, ...env } });
}

export async function makeServiceHost(world: World, name: string, bundle: string): Promise<ServiceHost> {
  const host = await makeHost(world, name, { bundle_id: bundle });
  const run = (command: string) => sudo(host.ip, world.keyPath, command);
  return {
    ...host,
    sudo: run,
    call: (path) => callOn(world, host, path),
    async reboot() {
      const before = await run('cat /proc/sys/kernel/random/boot_id; systemctl show --property=UserspaceTimestamp');
      await lightsail(world.sandbox.url, 'RebootInstance', { instanceName: name });
      const now = () =>
        run('systemctl is-system-running --wait >/dev/null; systemctl show --property=UserspaceTimestamp');
      await expect.poll(() => now().catch(() => before), { timeout: 60_000 }).not.toContain(before.split('\n')[1]);
    },
  };
}

/** Of another control API than the world's, if `api` is given. */
export function callOn(world: World, { naming }: TestHost, path: string, api = world.api): Call {
  return (fields = {}, dryRun) =>
    api.post(`/services/${path}${dryRun ? '?dry_run=true' : ''}`, { ...naming, ...fields });
}

/** Names of the steps that a call would take now. */
export async function stepsOf(call: Call): Promise<string[]> {
  return stepsToRun(await insist(() => call({}, 'dry run'))).map(({ name }) => name);
}

/** Makes a call and prints what it cost the host and how long it took. */
export async function measured({ sandbox }: World, { name }: TestHost, what: string, call: () => Promise<Answer>) {
  const seen = () => sandbox.control.observed(name) ?? { connections: 0, execs: 0, bytesIn: 0 };
  const before = seen();
  const started = performance.now();
  const answer = await call();
  const seconds = (performance.now() - started) / 1000;
  const after = seen();
  const connections = after.connections - before.connections;
  const execs = after.execs - before.execs;
  const kilobytes = (after.bytesIn - before.bytesIn) / 1000;
  const figures = [connections, execs, kilobytes.toFixed(1), seconds.toFixed(1)];
  say(`on a real machine, ${what}: connections, execs, KB sent, s: ${figures.join(', ')}`);
  return { answer, connections, execs };
}

/** Cuts the connection while the step of this name runs, or kills that step as well; then the next call may begin. */
export async function cutIn(host: ServiceHost, call: Call, wanted: RegExp, kill: boolean): Promise<void> {
  const names = await stepsOf(call);
  const step = names.findIndex((name) => wanted.test(name));
  expect(step, `${wanted} among ${names.join(', ')}`).toBeGreaterThanOrEqual(0);
  await host.play({ type: 'hang_up', step, kill });
  expectFailure(await insist(call), 502, 'connection_lost');
  await host.play();
}

/** Repeats a call while a step that was cut off still runs on the host. */
export async function insist(call: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    const answer = await call();
    if (answer.body.code !== 'target_locked') return answer;
  }
}

/** All that a call may touch: files with their times and contents, and when units were started. */
export function fingerprint(host: ServiceHost): Promise<string> {
  return host.sudo(`
    find /etc /usr /opt /root /var/lib/dpkg /var/lib/fountain /var/cache/fountain -xdev -type f -printf '%p %s %m %u %T@\\n' | sort
    find /etc /usr/local /usr/share/opensearch /var/lib/fountain -xdev -type f -print0 2>/dev/null | sort -z | xargs -0 sha256sum
    systemctl show --property=Id,ActiveState,UnitFileState,ActiveEnterTimestampMonotonic opensearch kong ssh`);
}
