import { setTimeout as delay } from 'node:timers/promises';
import type { Written } from './balcony.ts';
import type { Gateway } from './gateway.ts';
import { appNamed, type Service } from './stack.ts';
import { type Stage, say } from './stage.ts';

/** The one that is replaced: clients ask it, and so does the story factory. */
const service = 'core-script-management-api';
/** Between two rounds of requests: leaves the processor to the switch. */
const pauseMs = 30;

/** Another release of a service and back again, while somebody reads; throws when a request fails or an answer differs. */
export async function rollOn(stage: Stage, host: object, gateway: Gateway, { scriptId }: Written): Promise<void> {
  const { name, tag } = appNamed(service);
  const reads: [Service, string][] = [
    [service, `/scripts/${scriptId}`],
    ['story-factory-api', `/stories?scriptId=${scriptId}`],
  ];
  const reading = (what: () => Promise<unknown>) => readMeanwhile(gateway, reads, what);

  await reading(async () => {
    const body = { ...host, app: name, tag, env: { LOG_LEVEL: 'warn' } };
    await stage.thrice('Deploy the next release of a service, while the story is read', {
      path: '/services/deploy-docker-app',
      body,
    });
  });
  const { apps } = await stage.see('Which releases are there?', '/services/docker-apps', host);
  const { releases } = (apps as App[]).find((app) => app.name === name) ?? { releases: [] };
  for (const { id, running } of releases) say(`  ${id}${running ? ' (running)' : ''}`);
  const before = releases.find(({ running }) => !running);
  await reading(async () => {
    const body = { ...host, name, to: before?.id };
    await stage.thrice('Roll it back, while the story is read', { path: '/services/rollback-docker-app', body });
  });
}

interface App {
  name: string;
  releases: { id: string; running: boolean }[];
}

/** Reads all of `reads` through the gateway, round after round, until `what` has ended; says how it went. */
async function readMeanwhile(
  gateway: Gateway,
  reads: [Service, string][],
  what: () => Promise<unknown>,
): Promise<void> {
  const wanted = await Promise.all(reads.map((read) => gateway.send(...read)));
  const times: number[] = [];
  const failed: string[] = [];
  let working = true;
  const reading = (async () => {
    while (working) {
      for (const [place, [app, path]] of reads.entries()) {
        const since = performance.now();
        const problem = await gateway.send(app, path).then(
          ({ status, body }) => (wanted[place]?.body.equals(body) ? undefined : `${status} ${body}`),
          (error: Error) => error.message,
        );
        times.push(performance.now() - since);
        if (problem !== undefined) failed.push(`${app}${path}: ${problem}`);
      }
      await delay(pauseMs);
    }
  })();
  try {
    await what();
  } finally {
    working = false;
    await reading;
  }
  const slowest = Math.round(Math.max(...times));
  say(
    `\n  Meanwhile ${times.length} requests through the gateway, ${failed.length} failed; the slowest took ${slowest} ms.`,
  );
  if (failed.length > 0) throw new Error(`${failed.length} of ${times.length} requests failed, such as ${failed[0]}`);
}
