import { z } from 'zod';
import type { CloudReply, CloudRequest } from './cloud-service.ts';
import { cloudFaultSchema, type Faults } from './faults.ts';
import type { GithubLevers } from './github/levers.ts';
import type { HostFault, HostObservations, ImageRegistry } from './hosts.ts';

/** The sandbox's own levers, for tests in this process and, through `controlEndpoint`, for everybody else. */
export interface Control {
  faults: Faults;
  /** Calls per operation since the start or the last reset, refused and failed ones included. */
  calls(): Record<string, number>;
  /** Plays exactly these faults on the host of an instance. Throws a TypeError for one that the host does not know. */
  setHostFaults(instanceName: string, faults: readonly HostFault[]): Promise<void>;
  /** Undefined for an instance that has not booted. */
  observed(instanceName: string): HostObservations | undefined;
  images: ImageRegistry | undefined;
  github: GithubLevers;
  /** Ends every instance and forgets all but the default key pairs; faults and counts are cleared. */
  reset(): Promise<void>;
}

const hostFaults = z.strictObject({ faults: z.array(z.looseObject({ type: z.string() })) });
const images = z.strictObject({ images: z.array(z.unknown()).default([]), fault: z.unknown().optional() });

type Route = [call: string, about: string, answer: (body: unknown, instance: string) => object | Promise<object>];

/** Serves the levers over HTTP. 400 for a body or a fault that is none, 404 for what is not there. */
export function controlEndpoint(control: Control): (request: CloudRequest) => Promise<CloudReply> {
  const { faults } = control;
  const done = { status: 'done' };
  const routes: Route[] = [
    ['GET /_sandbox/faults', 'faults of the cloud that are armed', () => ({ faults: faults.list() })],
    [
      'POST /_sandbox/faults',
      'arms a fault of the cloud',
      (body) => {
        faults.add(cloudFaultSchema.parse(body));
        return { faults: faults.list() };
      },
    ],
    [
      'DELETE /_sandbox/faults',
      'clears them',
      () => {
        faults.clear();
        return done;
      },
    ],
    [
      'PUT /_sandbox/instances/{name}/faults',
      'body {"faults": [...]}: plays exactly these on the host, from its first boot on if it has not booted',
      async (body, instance) => {
        await control.setHostFaults(instance, hostFaults.parse(body).faults as unknown as HostFault[]);
        return done;
      },
    ],
    [
      'GET /_sandbox/instances/{name}/observations',
      'what the host has seen',
      (_, instance) => control.observed(instance) ?? missing(`No instance ${instance} has booted.`),
    ],
    [
      'PUT /_sandbox/images',
      'body {"images": [{"reference": "ghcr.io/user/app:1", ...}], "fault"?: "denied" and such, or null}: adds images to the registry, sets its fault',
      (body) => {
        const registry = control.images ?? missing('The hosts have no registry of their own.');
        const wanted = images.parse(body);
        for (const image of wanted.images) registry.put(image);
        if (wanted.fault !== undefined) registry.setFault(wanted.fault);
        return done;
      },
    ],
    [
      'PUT /_sandbox/github',
      'body {"repositories": [{"name": "owner/repo", "private"?, "environments"?}], "tokens": [{"token", "scopes"}, ...]}: adds these to GitHub',
      (body) => {
        control.github.put(body as Parameters<GithubLevers['put']>[0]);
        return done;
      },
    ],
    [
      'GET /_sandbox/github/secrets',
      'GitHub’s secrets with their values',
      () => ({ secrets: control.github.secrets() }),
    ],
    [
      'PUT /_sandbox/github/secrets',
      'body {"repository", "environment"?, "name", "value"}: writes a secret as somebody elsewhere',
      (body) => {
        control.github.write(body as Parameters<GithubLevers['write']>[0]);
        return done;
      },
    ],
    [
      'POST /_sandbox/github/rotate-keys',
      'gives every repository and environment another key pair',
      async () => {
        await control.github.rotateKeys();
        return done;
      },
    ],
    ['GET /_sandbox/calls', 'calls per operation', () => ({ calls: control.calls() })],
    [
      'POST /_sandbox/reset',
      'ends every instance, forgets all but the default key pairs, clears faults and counts',
      async () => {
        await control.reset();
        return done;
      },
    ],
  ];

  return async ({ method, url, headers, body }) => {
    // A page in a browser has no business here.
    if (headers.origin) return reply(403, { message: 'Not for browsers.' });
    const [, , instances, name = '', leaf] = url.pathname.split('/');
    const instance = instances === 'instances' ? name : '';
    const call = `${method} ${instance ? `/_sandbox/instances/{name}/${leaf}` : url.pathname}`;
    const route = routes.find(([one]) => one === call);
    const about = { routes: Object.fromEntries(routes.map(([one, text]) => [one, text])) };
    if (!route) return reply(url.pathname.replace(/\/$/, '') === '/_sandbox' ? 200 : 404, about);
    try {
      return reply(200, await route[2](body ? JSON.parse(body) : {}, decodeURIComponent(instance)));
    } catch (error) {
      return refusal(error);
    }
  };
}

class Missing extends Error {}

function missing(message: string): never {
  throw new Missing(message);
}

function refusal(error: unknown): CloudReply {
  if (error instanceof Missing) return reply(404, { message: error.message });
  if (error instanceof z.ZodError) return reply(400, { message: z.prettifyError(error) });
  if ([TypeError, SyntaxError, URIError].some((kind) => error instanceof kind)) {
    return reply(400, { message: (error as Error).message });
  }
  throw error;
}

function reply(status: number, body: object): CloudReply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
