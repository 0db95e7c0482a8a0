import { canonicalJson, hmac } from '../../lib/canonical.ts';
import { stepsOf } from '../../lib/command.ts';
import { parseImage } from '../../lib/image-reference.ts';
import { answeringPort, app, privateAddress } from '../../recipes/app/app.ts';
import { DIGEST_STEP, digestIn } from '../../recipes/app/image.ts';
import { warningsIn } from '../../recipes/app/ports.ts';
import type { AppWish } from '../../recipes/app/release.ts';
import { base } from '../../recipes/base/base.ts';
import { docker } from '../../recipes/docker/docker.ts';
import type { DeployDockerAppBody } from '../../schemas/app.ts';
import { type Operation, wouldChange } from '../operation.ts';
import type { AppDeployment, AppDeployments } from './app-deployment.ts';
import type { HostPlanner } from './host-plan.ts';
import type { HostResolver, HostTarget } from './host-target.ts';

interface Dependencies {
  hosts: HostResolver;
  planner: HostPlanner;
  deployments: AppDeployments;
  hmacKey: Buffer;
  dockerSource: 'distribution' | 'docker-ce';
}

/** A host, and what it shall run: the secrets in it are known as such from here on. */
export interface AppTarget extends HostTarget {
  deployment: AppDeployment;
}

/** Makes a host run one container of an image: prepares the host, installs Docker, pulls, switches, waits until healthy. */
export function deployDockerApp({
  hosts,
  planner,
  deployments,
  hmacKey,
  dockerSource,
}: Dependencies): Operation<DeployDockerAppBody, AppTarget> {
  return {
    name: 'docker-app.deploy',
    deadlineS: 600,
    async target(input, { signal }) {
      const deployment = await deployments.of(input);
      return { ...(await hosts.resolve(input, signal)), deployment };
    },
    plan(_input, context, host) {
      const wish = wishOf(host.deployment, host, hmacKey);
      const outside = { addresses: host.privateIp === null };
      const engine = { source: dockerSource };
      return planner.plan(host, context, {
        probes: [...base.probes(outside), ...docker.probes(engine), ...app.probes(wish)],
        decide(readings) {
          const appFacts = app.parse(readings);
          const place = { at: privateAddress(appFacts, wish), port: answeringPort(appFacts, wish) };
          const items = [
            ...base.plan(base.parse(readings), outside),
            ...docker.plan(docker.parse(readings), engine),
            ...app.plan(appFacts, wish),
          ];
          const warned = warningsIn(items)
            .map((warning) => ` Warning: ${warning}`)
            .join('');
          const changes = stepsOf(items).filter(({ effect }) => effect === 'change').length;
          const known =
            wish.image.digest ?? (appFacts.distribution?.kind === 'found' ? appFacts.distribution.digest : undefined);
          return {
            items,
            preview: {
              message: `${wish.name}${changes === 0 ? ' runs as asked' : ''}: ${wouldChange(changes)}.${warned}`,
              result: resultOf(wish, host, known, place),
            },
            conclude(output) {
              const captured = digestIn(output(DIGEST_STEP));
              const what = stepsOf(items).length > 0 ? 'is deployed and healthy' : 'runs as asked, nothing was changed';
              const result = resultOf(wish, host, known ?? captured, place);
              return { message: `${wish.name} ${what} on ${host.label}.${warned}`, result };
            },
          };
        },
      });
    },
  };
}

function wishOf(input: AppDeployment, host: HostTarget, hmacKey: Buffer): AppWish {
  const image = parseImage(input.docker_image);
  const { registry_username: username, registry_token: token } = input;
  return {
    name: input.name,
    image,
    ports: input.ports,
    containerPort: input.container_port ?? input.ports[0] ?? null,
    publish: input.publish,
    privateIp: host.privateIp,
    env: input.env,
    secretEnv: input.secret_env,
    secretDigest: digestOf(input.secret_env, hmacKey),
    volumes: input.volumes,
    healthPath: input.health_path ?? null,
    memoryMb: input.memory_mb,
    capabilities: input.capabilities,
    ...(username !== undefined && token !== undefined ? { registryAuth: { username, token } } : {}),
  };
}

/** Of no secrets the same with every key, so that any control API knows what another has deployed. */
function digestOf(secrets: AppDeployment['secret_env'], hmacKey: Buffer): string {
  return Object.keys(secrets).length === 0 ? '' : hmac(hmacKey, canonicalJson(secrets, hmacKey));
}

function resultOf(
  { name, image, publish }: AppWish,
  { address }: HostTarget,
  digest: string | undefined,
  place: { at: string | undefined; port: number | undefined },
) {
  const at = { public: address, private: place.at ?? address, loopback: '127.0.0.1' }[publish];
  return {
    name,
    image: image.tag === null ? image.repository : `${image.repository}:${image.tag}`,
    digest: digest === undefined ? null : `sha256:${digest}`,
    url: place.port === undefined ? null : `http://${at}:${place.port}`,
  };
}
