import type { PlanItem } from '../../lib/command.ts';
import { AppError } from '../../lib/errors.ts';
import type { Secret } from '../../lib/secret.ts';
import { type KongConfig, kongCredentials, renderKongConfig } from '../../recipes/kong/config.ts';
import { isCovered } from '../../recipes/kong/generate/certificates.ts';
import { generateKong } from '../../recipes/kong/generate/generate.ts';
import type { GatewayCertificate } from '../../recipes/kong/generate/wish.ts';
import type { Stack, StackManifest } from '../../schemas/manifest.ts';
import type { Consumer } from '../../schemas/secrets-file.ts';
import type { CertificateStore, StoredCertificate } from '../../services/certificate-store.ts';
import type { KongConfigFile } from '../../services/kong-config-file.ts';
import type { Lightsail } from '../../services/lightsail.ts';
import type { Manifests } from '../../services/manifests.ts';
import type { SecretsFile } from '../../services/secrets-file.ts';

export interface GatewayConfig {
  config: KongConfig;
  /** Where the apps are; null when the operator's own file says it. */
  appsIp: string | null;
  appsIpFrom: string;
  /** What it was made of, told as lines of the plan. */
  made: readonly PlanItem[];
  /** What is to be told in any case: certificates that have expired and are shown all the same, apps that are not found. */
  warnings: readonly string[];
}

/** The configuration of the gateway: made of manifests, contracts, secrets file and certificates, or the operator's own file. */
export interface GatewayConfigs {
  /** Those that a configuration has now. What cannot be read is told when it is rendered. */
  credentials(): Promise<readonly Secret[]>;
  /**
   * @param given instead of what manifests and secrets file say
   * @throws {AppError} manifest_invalid, secrets_file_unusable, kong_config_invalid, invalid_request, and what AWS answers
   */
  render(wish: GatewayRendering): Promise<GatewayConfig>;
}

interface GatewayRendering {
  appsIp?: string | undefined;
  given?: { stack: Stack; consumers: readonly Consumer[] };
  now: Date;
}

interface Dependencies {
  manifests: Manifests;
  secretsFile: SecretsFile;
  certificates: Pick<CertificateStore, 'list'>;
  lightsail: Pick<Lightsail, 'instance'>;
  /** The operator's own file, used as it is. */
  ownFile: KongConfigFile | undefined;
}

export function createGatewayConfigs(dependencies: Dependencies): GatewayConfigs {
  const { manifests, secretsFile, certificates, lightsail, ownFile } = dependencies;
  if (ownFile) return ownConfig(ownFile);
  return {
    async credentials() {
      const [keys, privateKeys] = await Promise.all([
        secretsFile.read().then(
          ({ consumers }) => consumers.flatMap((consumer) => consumer.keys),
          () => [],
        ),
        certificates.list().then(
          (list) => list.map(({ key }) => key),
          () => [],
        ),
      ]);
      return [...keys, ...privateKeys];
    },
    async render({ appsIp: asked, given, now }) {
      const [stack, { consumers }, stored] = await Promise.all([
        given?.stack ?? manifests.read(),
        given ?? secretsFile.read(),
        certificates.list(),
      ]);
      const apps = await appsAddress(asked, stack.manifest, lightsail);
      const sent = stored.filter((one) => isWanted(one, stack));
      const text = generateKong({ stack, consumers, certificates: sent.map(served), appsIp: apps.ip });
      return {
        config: renderKongConfig(text, 'what the manifests make', undefined),
        appsIp: apps.ip,
        appsIpFrom: apps.from,
        made: [apps.line, consumersLine(consumers), ...certificateLines(stored, stack, now)],
        warnings: [...apps.warnings, ...sent.filter((one) => isExpired(one, now)).map(expiryWarning)],
      };
    },
  };
}

function ownConfig(file: KongConfigFile): GatewayConfigs {
  return {
    credentials: () => file.read().then(kongCredentials, () => []),
    async render({ appsIp, given }) {
      if (given) {
        throw new AppError(
          'invalid_request',
          `KONG_CONFIG names ${file.path}, and consumers have their place in there.`,
          {
            hint: 'Unset KONG_CONFIG and restart the control API: then the configuration is made of the manifests.',
          },
        );
      }
      const config = renderKongConfig(await file.read(), file.path, appsIp);
      const line = settled('Source of the configuration', `${file.path}, by KONG_CONFIG`);
      const from = { appsIp: appsIp ?? null, appsIpFrom: appsIp ? 'the call' : 'KONG_CONFIG' };
      return { config, ...from, made: [line], warnings: [] };
    },
  };
}

/** As asked; else that of the apps instance, since Kong reaches its containers there; else of Kong's own host. */
async function appsAddress(
  asked: string | undefined,
  { region, instances: { apps } }: StackManifest,
  lightsail: Pick<Lightsail, 'instance'>,
): Promise<{ ip: string; from: string; line: PlanItem; warnings: readonly string[] }> {
  const found = (ip: string, from: string, why = '') => ({
    ...{ ip, from },
    line: settled('Address of the apps', `${ip}, by ${from}${why}`),
    warnings: [] as string[],
  });
  if (asked !== undefined) return found(asked, 'the call');
  const instance = await lightsail.instance(region, apps.name).catch((error) => {
    if (!(error instanceof AppError)) throw error;
    const hint = `${error.hint} With "apps_ip" in the call, AWS is not asked where the apps are.`;
    throw new AppError(error.code, error.message, { hint, cause: error });
  });
  if (instance?.private_ip) return found(instance.private_ip, `instance ${region}/${apps.name}`);
  const missing = `there is no instance ${apps.name} in ${region}`;
  return {
    ...found('127.0.0.1', 'default', `: ${missing}; repeat the call when there is`),
    // A name that was mistyped in stack.yaml would lead a gateway that works to nobody.
    warnings: [`${missing}, so the gateway asks for the apps on its own host (127.0.0.1)`],
  };
}

function consumersLine(consumers: readonly Consumer[]): PlanItem {
  const none = 'none, so nobody is let in: POST /services/add-consumer';
  return settled('Consumers', consumers.length === 0 ? none : consumers.map(({ username }) => username).join(', '));
}

function certificateLines(stored: readonly StoredCertificate[], stack: Stack, now: Date): PlanItem[] {
  if (stored.length === 0) {
    return [settled('Certificates', 'none, so every host is served over http too: POST /tls/issue-certificate')];
  }
  const isFromSeveral = new Set(stored.map(({ directory }) => directory)).size > 1;
  return stored.map((certificate) => {
    const { names, issuedFor, directory } = certificate;
    const day = lastDay(certificate);
    const until = isExpired(certificate, now) ? `EXPIRED on ${day}: POST /tls/issue-certificate` : `until ${day}`;
    const from = isFromSeveral ? `, from ${directory}` : '';
    const why = names.length === 0 ? 'others serve its names' : 'it is for the host of no app';
    const unsent = isWanted(certificate, stack) ? '' : `; not sent, since ${why}`;
    return settled(`Certificate for ${(names.length === 0 ? issuedFor : names).join(', ')}`, until + from + unsent);
  });
}

function isExpired({ notAfter }: StoredCertificate, now: Date): boolean {
  return notAfter <= now;
}

function lastDay({ notAfter }: StoredCertificate): string {
  return notAfter.toISOString().slice(0, 10);
}

function expiryWarning(certificate: StoredCertificate): string {
  const names = certificate.names.join(', ');
  const how = 'POST /tls/issue-certificate, then this call again';
  return `the certificate for ${names} expired on ${lastDay(certificate)}: ${how}`;
}

/** Whether it serves a host that leads to the gateway. The key of another one has no business there. */
function isWanted(certificate: StoredCertificate, { manifest: { domain, dns }, apps }: Stack): boolean {
  const labels = [...apps.map(({ host }) => host), ...dns];
  return labels.some((label) => isCovered(`${label}.${domain}`, [served(certificate)]));
}

function served({ names, certificate, key }: StoredCertificate): GatewayCertificate {
  return { names, certificate, key };
}

function settled(name: string, detail: string): PlanItem {
  return { name, settled: true, detail };
}
