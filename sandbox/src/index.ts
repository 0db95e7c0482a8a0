import { emptyAcmeState } from './acme/models.ts';
import { acmeService } from './acme/wire.ts';
import { startCloud } from './cloud.ts';
import { type Control, controlEndpoint } from './control.ts';
import { createFaults } from './faults.ts';
import { createGithubLevers } from './github/levers.ts';
import { firstGithubState } from './github/models.ts';
import { createGithub } from './github/responses.ts';
import { githubService } from './github/wire.ts';
import type { HostDriver } from './hosts.ts';
import { createLightsail } from './lightsail/lightsail.ts';
import { emptyState } from './lightsail/models.ts';
import { lightsailService } from './lightsail/wire.ts';
import { emptyRoute53State } from './route53/models.ts';
import { createRoute53 } from './route53/route53.ts';
import { route53Service } from './route53/wire.ts';
import { type Settings, type SettingsInput, settingsSchema } from './settings.ts';
import { createStateFile, loadState } from './state-file.ts';

export type { Control } from './control.ts';
export { writeDefaultKey } from './default-key.ts';
export type { CloudFault } from './faults.ts';
export type { HostDriver, HostFault, HostObservations } from './hosts.ts';
export { type Settings, type SettingsInput, settingsForTests } from './settings.ts';

export interface Sandbox {
  /** Of the services' wires and of the control endpoint. */
  url: string;
  settings: Settings;
  control: Control;
  /** Environment of a control API beside its endpoints: where its hosts get vendors' packages from. */
  vendorSettings: Readonly<Record<string, string>>;
  /** The region's default key pair, as DownloadDefaultKeyPair gives it: PEM and a public key line. */
  defaultKey(region: string): Promise<{ privateKey: string; publicKey: string }>;
  stop(): Promise<void>;
}

/**
 * Starts a cloud in this process. The hosts are virtual ones, real machines when the settings say so, or whatever `driver`
 * boots; the sandbox closes it at the end. Throws a ZodError for settings that are none,
 * and an Error for a state file that is none or hosts that cannot be kept.
 */
export async function startSandbox(input: SettingsInput = {}, driver?: HostDriver): Promise<Sandbox> {
  const settings = settingsSchema.parse(input);
  const hosts = driver ?? (await defaultDriver(settings));
  try {
    return await startWith(settings, hosts);
  } catch (error) {
    await hosts.close();
    throw error;
  }
}

async function startWith(settings: Settings, hosts: HostDriver): Promise<Sandbox> {
  if (settings.stateFile && !(hosts.snapshot && hosts.restore)) {
    throw new Error('These hosts cannot be kept over a restart: leave out --keep.');
  }
  const faults = createFaults();
  const calls = new Map<string, number>();
  const saved = settings.stateFile ? await loadState(settings.stateFile) : undefined;
  // An earlier version's file may lack what it did not know.
  const state = { ...emptyState(), ...saved?.lightsail };
  const names = { ...emptyRoute53State(), ...saved?.route53 };
  const authority = { ...emptyAcmeState(), ...saved?.acme };
  const repositories = { ...firstGithubState(), ...saved?.github };
  const current = () => ({
    ...{ lightsail: state, route53: names, github: repositories, acme: authority },
    hosts: hosts.snapshot?.(),
  });
  const file = settings.stateFile && createStateFile(settings.stateFile, current);
  const save = async () => (file ? file.save() : undefined);
  const changed = () => void save().catch((error: Error) => process.emitWarning(error));

  const lightsail = createLightsail({ state, settings, driver: hosts, faults, changed });
  if (saved) await hosts.restore?.(saved.hosts);
  await lightsail.restore();

  const route53 = createRoute53({ state: names, settings, changed });
  const github = createGithub({ state: repositories, changed });
  const services = [
    lightsailService(lightsail, settings),
    route53Service(route53, settings),
    githubService(github, repositories),
    acmeService({ state: authority, route53: names, settings, changed }),
  ];
  const control: Control = {
    faults,
    calls: () => Object.fromEntries(calls),
    setHostFaults: lightsail.lifecycle.setHostFaults,
    observed: lightsail.lifecycle.observed,
    images: hosts.images,
    github: createGithubLevers(repositories, changed),
    async reset() {
      for (const service of services) await service.clear();
      faults.clear();
      calls.clear();
      hosts.images?.setFault(null);
      await save();
    },
  };
  const counted = (operation: string) => calls.set(operation, (calls.get(operation) ?? 0) + 1);
  const cloud = await startCloud({ port: settings.port, services, faults, counted, control: controlEndpoint(control) });

  return {
    url: cloud.url,
    settings,
    control,
    vendorSettings: hosts.vendorSettings ?? {},
    defaultKey: (region) => lightsail.keyPairs.default(region),
    async stop() {
      await cloud.close();
      await lightsail.settle();
      await save();
      await hosts.close();
    },
  };
}

/** Loaded when wanted, as each brings much that the other does not need. */
async function defaultDriver(settings: Settings): Promise<HostDriver> {
  if (settings.machines) {
    const { createMachines } = await import('./machines/index.ts');
    return createMachines({});
  }
  const { createVirtualHosts } = await import('./virtual-host/index.ts');
  const { sshPort, timeScale, delays, stateFile } = settings;
  const folder = stateFile && `${stateFile}.hosts`;
  return createVirtualHosts({ sshPort, timeScale, firstBootMs: delays.firstBootMs, folder });
}
