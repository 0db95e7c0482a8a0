import { stepsOf } from '../../lib/command.ts';
import { remove, restart, rollback } from '../../recipes/app/manage.ts';
import { warningsIn } from '../../recipes/app/ports.ts';
import { base } from '../../recipes/base/base.ts';
import type { Recipe } from '../../recipes/recipe.ts';
import type { RemoveDockerAppBody, RestartDockerAppBody, RollbackDockerAppBody } from '../../schemas/app.ts';
import { requireConfirmation } from '../confirmation.ts';
import { type Operation, wouldChange } from '../operation.ts';
import type { HostPlanner } from './host-plan.ts';
import type { HostNaming, HostResolver, HostTarget } from './host-target.ts';

interface Dependencies {
  hosts: HostResolver;
  planner: HostPlanner;
}

/** Runs a release that is on the host again; needs no registry and no repeated secrets. */
export function rollbackDockerApp(dependencies: Dependencies): Operation<RollbackDockerAppBody, HostTarget> {
  return onExistingApp('docker-app.rollback', rollback, dependencies, {
    wish: ({ name, to }) => ({ name, to }),
    settled: ({ name, to }) => `${name} runs ${to} already, nothing was changed`,
    done: ({ name, to }) => `${name} runs ${to} again`,
  });
}

/** Restarts an app, unless it was started after `since`; without `since` it acts each time. */
export function restartDockerApp(dependencies: Dependencies): Operation<RestartDockerAppBody, HostTarget> {
  return onExistingApp('docker-app.restart', restart, dependencies, {
    wish: ({ name, since }) => (since === undefined ? { name } : { name, since }),
    settled: ({ name, since }) => `${name} was started after ${since}, nothing was changed`,
    done: ({ name, since }) =>
      since === undefined
        ? `${name} was restarted; the same call restarts it again, send since to prevent that`
        : `${name} was restarted`,
  });
}

/** Removes an app's containers, release files (with the secrets in them) and images. Its volumes stay. */
export function removeDockerApp(dependencies: Dependencies): Operation<RemoveDockerAppBody, HostTarget> {
  const operation = onExistingApp('docker-app.remove', remove, dependencies, {
    wish: ({ name }: RemoveDockerAppBody) => ({ name }),
    settled: ({ name }) => `${name} is not on the host, nothing was changed`,
    done: ({ name }) => `${name} was removed; its volumes stay`,
  });
  return {
    ...operation,
    async target(input, context) {
      requireConfirmation(input.confirm, input.name, `removes ${input.name}`);
      return operation.target(input, context);
    },
  };
}

interface Words<Body, Wish> {
  wish(input: Body): Wish;
  settled(input: Body): string;
  done(input: Body): string;
}

function onExistingApp<Body extends HostNaming & { name: string }, Wish, Facts>(
  name: string,
  recipe: Recipe<Wish, Facts>,
  { hosts, planner }: Dependencies,
  words: Words<Body, Wish>,
): Operation<Body, HostTarget> {
  return {
    name,
    deadlineS: 600,
    target: (input, { signal }) => hosts.resolve(input, signal),
    plan(input, context, host) {
      const wish = words.wish(input);
      return planner.plan(host, context, {
        probes: [...base.probes({}), ...recipe.probes(wish)],
        further: (readings) => recipe.further?.(recipe.parse(readings), wish) ?? [],
        decide(readings) {
          const items = recipe.plan(recipe.parse(readings), wish);
          const warned = warningsIn(items)
            .map((warning) => ` Warning: ${warning}`)
            .join('');
          const changes = stepsOf(items).filter(({ effect }) => effect === 'change').length;
          const result = { name: input.name };
          return {
            items,
            preview: {
              message: `${input.name}: ${wouldChange(changes)}.${warned}`,
              result,
            },
            conclude: () => ({
              message: `${changes === 0 ? words.settled(input) : words.done(input)}.${warned}`,
              result,
            }),
          };
        },
      });
    },
  };
}
