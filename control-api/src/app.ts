import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import manifest from '../package.json' with { type: 'json' };
import type { Config } from './config.ts';
import { type Clock, systemClock } from './lib/clock.ts';
import { AppError } from './lib/errors.ts';
import { addSecretOperation } from './operations/github/add-secret.ts';
import { deleteSecretOperation } from './operations/github/delete-secret.ts';
import { createAppDeployments } from './operations/hosts/app-deployment.ts';
import { withBundleAdvice } from './operations/hosts/bundle-advice.ts';
import { deployDockerApp } from './operations/hosts/deploy-docker-app.ts';
import { applyKongConfig, deployKong } from './operations/hosts/deploy-kong.ts';
import { deployOpensearch } from './operations/hosts/deploy-opensearch.ts';
import { createGatewayConfigs } from './operations/hosts/gateway-config.ts';
import { createHostPlanner } from './operations/hosts/host-plan.ts';
import { createHostResolver } from './operations/hosts/host-target.ts';
import { addConsumer, revokeKey, rotateKey } from './operations/hosts/manage-consumers.ts';
import { removeDockerApp, restartDockerApp, rollbackDockerApp } from './operations/hosts/manage-docker-app.ts';
import { withoutOwnEnd } from './operations/hosts/self-target.ts';
import { createOperations } from './operations/index.ts';
import { attachStaticIpOperation } from './operations/lightsail/attach-static-ip.ts';
import { startInstanceOperation, stopInstanceOperation } from './operations/lightsail/change-instance-power.ts';
import { createInstanceOperation } from './operations/lightsail/create-instance.ts';
import { createKeyPairOperation } from './operations/lightsail/create-key-pair.ts';
import { deleteInstanceOperation } from './operations/lightsail/delete-instance.ts';
import { rebootInstanceOperation } from './operations/lightsail/reboot-instance.ts';
import { releaseStaticIpOperation } from './operations/lightsail/release-static-ip.ts';
import { sparingOwnInstance } from './operations/lightsail/self-target.ts';
import { setFirewallOperation } from './operations/lightsail/set-firewall.ts';
import { createSnapshotOperation, deleteSnapshotOperation } from './operations/lightsail/snapshots.ts';
import { createHostedZoneOperation } from './operations/route53/create-hosted-zone.ts';
import { deleteRecordOperation } from './operations/route53/delete-record.ts';
import { upsertRecordOperation } from './operations/route53/upsert-record.ts';
import { createRunner } from './operations/runner.ts';
import { issueCertificateOperation } from './operations/tls/issue-certificate.ts';
import { certificateView } from './operations/tls/renewal.ts';
import { createHostReader } from './reads/host-reader.ts';
import { createHostReads } from './reads/host-reads.ts';
import { createReadiness } from './reads/readiness.ts';
import { createAcme } from './services/acme.ts';
import { createCertificateStore } from './services/certificate-store.ts';
import { createChallengeBook } from './services/challenge-book.ts';
import { createConsumerKeys } from './services/consumer-keys.ts';
import { createGithubClient } from './services/github/client.ts';
import { createGithub } from './services/github.ts';
import { loadHmacKey } from './services/hmac-key.ts';
import { createHostSessions } from './services/host-session.ts';
import { openJournal } from './services/journal.ts';
import { createKongConfigFile } from './services/kong-config-file.ts';
import { createLightsailClients } from './services/lightsail/clients.ts';
import { createLightsail } from './services/lightsail.ts';
import { createManifests } from './services/manifests.ts';
import { findOwnContainer } from './services/own-container.ts';
import { createPasswords } from './services/passwords.ts';
import { createRoute53Client } from './services/route53/client.ts';
import { createRoute53 } from './services/route53.ts';
import { createSecretsFile } from './services/secrets-file.ts';
import { createSsh } from './services/ssh.ts';
import { createKeyStore } from './services/ssh-keys.ts';
import { createMetrics } from './web/metrics.ts';
import { buildWeb } from './web.ts';

export interface App {
  web: FastifyInstance;
  /** Starts nothing more, interrupts what runs, answers who waits, and gives DATA_DIR back. */
  close(): Promise<void>;
}

/** Delays that a test makes short; what production takes stands here. */
export interface Pace {
  clock: Clock;
  /** Milliseconds between two looks at an instance that is not ready. */
  pollMs: number;
  /** Milliseconds that a fresh instance's host keys are waited for. */
  hostKeyWaitMs: number;
  /** Milliseconds during which a host that does not answer is tried again. */
  sshRetryMs: number;
}

const PACE: Pace = { clock: systemClock, pollMs: 2000, hostKeyWaitMs: 60_000, sshRetryMs: 20_000 };

/**
 * Builds the control API: the only place where its parts are constructed and meet.
 * @throws {DataDirInUse} when another process owns DATA_DIR; AppError journal_unavailable when it cannot be used
 */
export async function buildApp(config: Config, pace: Pace = PACE): Promise<App> {
  const { clock, pollMs, hostKeyWaitMs } = pace;
  const journal = await openJournal(config.dataDir, clock);
  const hmacKey = await loadHmacKey(config.dataDir);
  const metrics = createMetrics();
  const keys = createKeyStore(config.sshKeyDir);
  const ssh = createSsh({ clock, retryWindowMs: pace.sshRetryMs });
  const clientFor = createLightsailClients({ endpoint: config.lightsailEndpoint });
  const lightsail = createLightsail({ clientFor, clock });
  const route53 = createRoute53({ client: createRoute53Client({ endpoint: config.route53Endpoint }), clock });
  const askGithub = createGithubClient({
    baseUrl: config.githubApiUrl,
    userAgent: `fountainai-control/${manifest.version}`,
    clock,
  });
  const github = createGithub({ ask: askGithub, written: journal.writtenSecrets, hmacKey, clock });
  const runnerText = readFileSync(new URL('./host-runner.sh', import.meta.url), 'utf8');
  const sessions = createHostSessions({ ssh, runner: runnerText });
  const hosts = createHostResolver({
    lightsail,
    pins: journal.pins,
    ssh,
    readPrivateKey: keys.readPrivateKey,
    clock,
    defaultRegion: config.awsRegion,
    defaultPort: config.sshPort,
    hostKeyWaitMs,
  });
  const own = findOwnContainer();
  const planner = withBundleAdvice(withoutOwnEnd(createHostPlanner({ sessions, hmacKey }), own), lightsail);
  const runner = createRunner({
    journal,
    clock,
    hmacKey,
    onEnd: ({ operation, status }) => {
      if (status !== 'running') metrics.countOperation(operation, status);
    },
    onDefect: (error) => web.log.error(error, 'an operation met a defect'),
  });
  const { sshPort, dockerSource } = config;
  const certificates = createCertificateStore(join(config.dataDir, 'certificates'), {
    directory: config.acmeDirectoryUrl,
    clock,
  });
  const book = createChallengeBook(join(config.dataDir, 'acme', 'records.json'));
  const acme = createAcme({
    directoryUrl: config.acmeDirectoryUrl,
    caFile: config.acmeCaFile,
    accountKeyPath: join(config.dataDir, 'acme', 'account.pem'),
    clock,
  });
  const passwords = createPasswords(config.dataDir, hmacKey);
  const manifests = createManifests({ stackDir: config.stackDir, specsDir: config.specsDir });
  const secretsFile = createSecretsFile(config.secretsFile);
  const deployments = createAppDeployments({ manifests, secretsFile });
  const ownFile = config.kongConfig === undefined ? undefined : createKongConfigFile(config.kongConfig);
  const gateway = createGatewayConfigs({ manifests, secretsFile, certificates, lightsail, ownFile });
  const consumerKeys = createConsumerKeys(config.dataDir, passwords.derive);
  const consumers = { hosts, planner, gateway, manifests, secretsFile, consumerKeys, hmacKey };
  const elsewhere = sparingOwnInstance({ own, lightsail, hosts, ssh, sshPort });
  const instanceWatch = { lightsail, hosts, ssh, clock, sshPort, pollMs };
  const { budgetEurMonth, eurPerUsd } = config;
  const regions = async () => [config.awsRegion, ...(await journal.pins.regions())];
  const budget = { budgetEurMonth, eurPerUsd, regions };
  const operations = createOperations(runner, [
    createInstanceOperation({ ...instanceWatch, budget }),
    startInstanceOperation(instanceWatch),
    elsewhere(stopInstanceOperation(instanceWatch)),
    elsewhere(rebootInstanceOperation(instanceWatch)),
    elsewhere(deleteInstanceOperation({ lightsail, clock, pollMs, pins: journal.pins })),
    attachStaticIpOperation({ lightsail, hosts, clock, pollMs }),
    releaseStaticIpOperation({ lightsail, hosts, clock, pollMs }),
    setFirewallOperation({ lightsail, clock, pollMs }),
    createSnapshotOperation({ lightsail, clock, pollMs }),
    deleteSnapshotOperation({ lightsail, clock, pollMs }),
    createKeyPairOperation({ lightsail, keys }),
    createHostedZoneOperation({ route53, clock, pollMs }),
    upsertRecordOperation({ route53, clock, pollMs }),
    deleteRecordOperation({ route53, clock, pollMs }),
    deployDockerApp({ hosts, planner, deployments, hmacKey, dockerSource }),
    rollbackDockerApp({ hosts, planner }),
    restartDockerApp({ hosts, planner }),
    removeDockerApp({ hosts, planner }),
    deployOpensearch({ hosts, planner, passwords, hmacKey, place: config.opensearchApt }),
    deployKong({ hosts, planner, gateway, deb: config.kongDeb }),
    applyKongConfig({ hosts, planner, gateway }),
    addConsumer(consumers),
    rotateKey(consumers),
    revokeKey(consumers),
    addSecretOperation(github),
    deleteSecretOperation(github),
    issueCertificateOperation({ acme, route53, certificates, book, clock, pollMs }),
  ]);
  const readHost = createHostReader({ hosts, sessions });
  const reads = {
    ...createHostReads(readHost, clock),
    readiness: createReadiness({ lightsail, readHost, ssh, sshPort }),
    instances: lightsail.instances,
    bundles: lightsail.bundles,
    blueprints: lightsail.blueprints,
    staticIps: lightsail.staticIps,
    firewall: lightsail.firewall,
    snapshots: lightsail.snapshots,
    hostedZones: route53.zones,
    githubSecrets: github.secrets,
    certificates: async () => (await certificates.list()).map((one) => certificateView(one, clock.now())),
    async records(naming: { domain?: string | undefined; hosted_zone_id?: string | undefined }) {
      const zone = await route53.findZone(naming);
      return { zone, records: await route53.records(zone) };
    },
    async instance(region: string, name: string) {
      const instance = await lightsail.instance(region, name);
      if (!instance) throw new AppError('instance_not_found', `There is no instance ${name} in ${region}.`);
      return instance;
    },
  };
  const web = await buildWeb({ config, operations, journal, reads, metrics, version: manifest.version });

  return {
    web,
    async close() {
      await Promise.all([runner.close(), web.close()]);
      await journal.close();
    },
  };
}
