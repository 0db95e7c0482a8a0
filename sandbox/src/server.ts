import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Arguments, parseArguments, UsageError, usage } from './arguments.ts';
import { startControlApi } from './control-api.ts';
import { writeDefaultKey } from './default-key.ts';
import { type Sandbox, startSandbox } from './index.ts';
import { addressAdvice, machinesProblem } from './platform.ts';
import { settingsSchema } from './settings.ts';
import { welcome } from './welcome.ts';

const region = 'eu-central-1';
const cannotRunHere = 2;

process.exitCode = await main(process.argv.slice(2));

/** The exit code: 0 when ended by a signal, 1 when something failed, 2 for what cannot run as asked. */
async function main(argv: string[]): Promise<number> {
  try {
    const options = parseArguments(argv);
    if (options.help) {
      process.stdout.write(usage);
      return 0;
    }
    const problem = problemOf(options);
    if (problem) {
      process.stderr.write(`${problem}\n`);
      return cannotRunHere;
    }
    return await run(options, firstSignal());
  } catch (error) {
    const wrongUse = error instanceof UsageError;
    process.stderr.write(`${(error as Error).message}\n${wrongUse ? `\n${usage}` : ''}`);
    return wrongUse ? cannotRunHere : 1;
  }
}

function problemOf({ machines }: Arguments): string | undefined {
  if (machines) {
    const hasEngine = () => spawnSync('docker', ['version']).status === 0;
    return machinesProblem(process.platform, process.getuid?.(), hasEngine);
  }
  const present = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const { addressRange } = settingsSchema.parse({});
  return addressAdvice(
    process.platform,
    addressRange,
    present.map(({ address }) => address),
  );
}

/** Resolves at SIGINT or SIGTERM. One that comes more than a second later is from somebody impatient: it ends the process there and then. */
function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    let first = 0;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (first && Date.now() > first + 1000) process.exit(130);
        first ||= Date.now();
        resolve();
      });
    }
  });
}

/** Cloud, key, control API; then waits, and ends what it has started, the last first. */
async function run(options: Arguments, signalled: Promise<void>): Promise<number> {
  const undo: (() => Promise<void>)[] = [];
  try {
    const directory = await ownDirectory(options.keep, undo);
    const dataDir = join(directory, 'data');
    const sandbox = await startCloud(options, directory);
    undo.push(sandbox.stop);
    const keyPath = await writeDefaultKey(sandbox, join(dataDir, 'keys'), region);
    const logFile = join(directory, 'control-api.log');
    const controlApi = startControlApi({
      file: options.controlApi,
      port: options.port,
      sshPort: sandbox.settings.sshPort,
      cloudUrl: sandbox.url,
      region,
      dataDir,
      token: options.token,
      vendorSettings: sandbox.vendorSettings,
      logFile,
    });
    undo.push(controlApi.end);
    const stopped = await Promise.race([controlApi.ready(), signalled.then(() => true)]);
    if (stopped) return 0;
    const { pushTo } = sandbox.control.images ?? {};
    process.stdout.write(welcome({ options, cloudUrl: sandbox.url, region, keyPath, pushTo, logFile, dataDir }));
    const report = await Promise.race([controlApi.ended, signalled]);
    if (report) process.stderr.write(report);
    return report ? 1 : 0;
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

async function ownDirectory(keep: boolean, undo: (() => Promise<void>)[]): Promise<string> {
  if (keep) {
    const directory = resolve('data/sandbox');
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return directory;
  }
  const directory = await mkdtemp(join(tmpdir(), 'fountain-sandbox-'));
  undo.push(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

async function startCloud({ lightsailPort, machines, keep }: Arguments, directory: string): Promise<Sandbox> {
  try {
    return await startSandbox({
      port: lightsailPort,
      machines,
      // Real machines have sshd where everybody has it.
      ...(machines ? { sshPort: 22 } : {}),
      ...(keep ? { stateFile: join(directory, 'cloud.json') } : {}),
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(`Port ${lightsailPort} is taken; --lightsail-port chooses another.`);
  }
}
