import { spawnSync } from 'node:child_process';
import { type Client, type ClientChannel, Client as SshClient, utils } from 'ssh2';
import { describe } from 'vitest';
import { createMachines, type Machine, type Machines } from '../../sandbox/src/machines/index.ts';

/** Says why real machines cannot run here; undefined where they can. */
function obstacle(): string | undefined {
  if (process.platform !== 'linux') return 'they need Linux';
  if (process.getuid?.() !== 0) return 'they need root';
  if (spawnSync('docker', ['version']).status !== 0) {
    return 'no Docker engine answers; scripts/with-docker-engine.sh npm run test:machines starts one';
  }
  const missing = ['debootstrap', 'docker-registry', 'openssl', 'busybox', 'dpkg-deb', 'gpg'].filter(
    (program) => spawnSync('which', [program]).status !== 0,
  );
  return missing.length > 0 ? `${missing.join(', ')}: not there; scripts/install-test-tools.sh` : undefined;
}

const reason = obstacle();

/** A `describe` of tests on real machines, left out with its reason where they cannot run. */
export function describeMachines(title: string, body: () => void): void {
  if (reason) process.stderr.write(`Left out: ${title}: ${reason}\n`);
  describe.skipIf(reason)(title, body);
}

export const say = (text: string) => void process.stdout.write(`${text}\n`);

const keys = utils.generateKeyPairSync('ed25519');

export interface TestMachines {
  machines: Machines;
  /** A nano (or what `ramMb` says) that takes our key, switched off. */
  create(name: string, options?: { ramMb?: number; userData?: string }): Promise<Machine>;
}

let made = 0;

export async function openMachines(): Promise<TestMachines> {
  const machines = await createMachines({ progress: say });
  return {
    machines,
    create: (name, { ramMb = 512, userData = '' } = {}) =>
      machines.create({
        id: `${name}-${++made}`,
        name,
        blueprintId: 'debian_12',
        username: 'admin',
        ramMb,
        diskGb: 20,
        authorizedKeys: [keys.public],
        userData,
        privateIp: `127.1.230.${10 + made}`,
      }),
  };
}

export interface Ran {
  /** Undefined when the connection was lost before the command had ended. */
  code: number | undefined;
  stdout: string;
  stderr: string;
}

export interface Login {
  /** Base64 of the host key that the machine showed. */
  hostKey: string;
  run(command: string, input?: string): Promise<Ran>;
  end(): void;
}

/** Logs in as `admin` with our key, or with another one. Rejects as ssh2 does. */
export async function login(host: string, privateKey: string = keys.private): Promise<Login> {
  const client = new SshClient();
  let hostKey = '';
  await new Promise<void>((resolve, reject) => {
    client.on('ready', resolve).on('error', reject);
    client.connect({
      host,
      username: 'admin',
      privateKey,
      readyTimeout: 5000,
      hostVerifier: (key: Buffer) => {
        hostKey = key.toString('base64');
        return true;
      },
    });
  });
  return { hostKey, run: (command, input) => run(client, command, input), end: () => void client.end() };
}

function run(client: Client, command: string, input = ''): Promise<Ran> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error: Error | undefined, channel: ClientChannel) => {
      if (error) return reject(error);
      const ran: Ran = { code: undefined, stdout: '', stderr: '' };
      channel.on('data', (chunk: Buffer) => {
        ran.stdout += chunk;
      });
      channel.stderr.on('data', (chunk: Buffer) => {
        ran.stderr += chunk;
      });
      channel.on('exit', (code: number) => {
        ran.code = code;
      });
      channel.on('close', () => resolve(ran));
      channel.end(input);
    });
  });
}

/** One command on a connection of its own; throws unless it ends with 0. Returns what it printed. */
export async function on(host: string, command: string): Promise<string> {
  const session = await login(host);
  const { code, stdout, stderr } = await session.run(command);
  session.end();
  if (code !== 0) throw new Error(`${command}: ${code}: ${stdout}${stderr}`);
  return stdout;
}
