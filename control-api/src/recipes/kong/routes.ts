import type { PlanItem, Probe, Readings, Step } from '../../lib/command.ts';
import { outputOf } from '../recipe.ts';
import { explainRoute } from './errors.ts';
import type { RouteRequest } from './requests.ts';

/** What key-auth answers to a request without a key: that shows the route, and no app sees anything of it. */
const WANTED = '401';
/** Seconds within which every worker must have the new routes: worker_state_update_frequency is 5 s. */
const PATIENCE_S = 20;
const PREFIX = 'kong.route.';

/** Asks for one route of each service, on the host itself. */
export function routeProbes(requests: readonly RouteRequest[]): Probe[] {
  return requests.map((request) => ({
    name: `${PREFIX}${request.service}`,
    volatile: true,
    action: { verb: 'run', argv: curl(request) },
  }));
}

/** By service: the HTTP status that was answered; 000 when nothing was. */
export function parseRoutes(readings: Readings): Record<string, string> {
  const names = Object.keys(readings).filter((name) => name.startsWith(PREFIX));
  return Object.fromEntries(
    names.map((name) => [name.slice(PREFIX.length), outputOf(readings, name)?.trim() ?? '000']),
  );
}

/**
 * Each service's route through the gateway. `anew`: whatever was read of them, since something changes before.
 * @param rescue what is done when one of them is not there
 * @param isFirst whether the rescue finds no configuration before this one
 */
export function planRoutes(
  routes: Readonly<Record<string, string>>,
  requests: readonly RouteRequest[],
  { anew, rescue, isFirst }: { anew: boolean; rescue: readonly Step[]; isFirst: boolean },
): PlanItem[] {
  return requests.map((request) => {
    const { service } = request;
    const served = routes[service] === WANTED && !anew;
    const detail = `${WANTED} without a key: ${told(request)}`;
    return served ? { name: `Route to ${service}`, settled: true, detail } : { ...askFor(request, isFirst), rescue };
  });
}

function askFor(request: RouteRequest, isFirst: boolean): Step {
  return {
    name: `Ask for ${request.service} through the gateway`,
    effect: 'check',
    action: { verb: 'wait_until', argv: curl(request), want: WANTED, stop: '', intervalS: 1, times: 1 },
    timeoutS: PATIENCE_S,
    explain: (_exit, output) => explainRoute({ request: told(request), wanted: WANTED, isFirst }, output),
  };
}

/** No certificate is asked for: without a name in the handshake Kong may show another one than the route's. */
function curl({ method, scheme, host, path }: RouteRequest): string[] {
  const answer = ['--silent', '--insecure', '--output', '/dev/null', '--max-time', '5', '--write-out', '%{http_code}'];
  return ['curl', ...answer, '--request', method, '--header', `Host: ${host}`, `${scheme}://127.0.0.1${path}`];
}

function told({ method, scheme, host, path }: RouteRequest): string {
  return `${method} ${scheme}://${host}${path}`;
}
