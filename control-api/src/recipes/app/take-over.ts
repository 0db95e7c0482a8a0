import timing from '../../../../deploy-manifests/timing.json' with { type: 'json' };
import type { Step } from '../../lib/command.ts';
import { explainCrash } from './errors.ts';
import type { ContainerFact } from './facts.ts';
import { healthUrl } from './release.ts';
import { evidence, removeContainer, removeIfThere, rename, runDocker, startAgain, stop } from './steps.ts';
import { isUp, type Target } from './target.ts';

/**
 * For the moment between two renames, in which nobody has the app's name on the usual network: here the new container has
 * it as an alias. Internal, so that it never becomes the way to a published port.
 */
const SWITCH_NETWORK = 'fountain-switch';
/** Seconds from SIGTERM to SIGKILL: to serve on while the gateway finds out, and to end what is under way. */
export const STOP_S = timing.drain_s + timing.close_s;
const CHECK_S = 20;

/** Gives the app's name to a candidate that is ready, and ends the container that had it. */
export function takeOver(
  target: Target,
  candidate: string,
  serving: ContainerFact | null,
  port: number | undefined,
): Step[] {
  const { app } = target;
  const old = serving ? [rename(app, `${app}-replaced`)] : [];
  const end = serving ? retire(target, serving, port) : [];
  return [...aliasAs(app, candidate), ...old, rename(candidate, app), ...end];
}

/** Ends the old container; it is removed once the new one, on this port, is seen to serve without it. */
export function retire(target: Target, old: ContainerFact, port: number | undefined): Step[] {
  const name = `${target.app}-replaced`;
  return [...(isUp(old) ? [stop(name, STOP_S)] : []), checkAfter(target, port), removeContainer(name, [])];
}

/** Peers on the host find the new container by the app's name even while names change hands. */
function aliasAs(app: string, candidate: string): Step[] {
  const network = ['docker', 'network'];
  const connected = `{{(index .NetworkSettings.Networks "${SWITCH_NETWORK}").NetworkID}}`;
  const alias = ['network', 'connect', '--alias', app, SWITCH_NETWORK, candidate];
  return [
    {
      ...runDocker(`Make the Docker network ${SWITCH_NETWORK}`, 'network', 'create', '--internal', SWITCH_NETWORK),
      guard: [...network, 'inspect', '--format', '{{.Name}}', SWITCH_NETWORK],
    },
    {
      ...runDocker(`Let ${app} lead to ${candidate} too`, ...alias),
      guard: ['docker', 'inspect', '--type', 'container', '--format', connected, candidate],
    },
  ];
}

/** A release that was ready may have ended while the old one did, which is there still and comes back then. */
function checkAfter({ app, place }: Target, port: number | undefined): Step {
  const url = healthUrl(place, port);
  return {
    name: `Check that ${app} still runs`,
    effect: 'check',
    action: { verb: 'wait_healthy', container: app, url, times: 1 },
    timeoutS: CHECK_S,
    rescue: [...evidence(app), removeIfThere(app), rename(`${app}-replaced`, app), startAgain(app)],
    explain: (_exit, output) => explainCrash(app, output),
  };
}
