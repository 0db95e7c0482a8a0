import type { PlanItem, Probe } from '../../lib/command.ts';
import { AppError } from '../../lib/errors.ts';
import { linesOf } from '../recipe.ts';
import type { Place } from './release.ts';

const WARNING = 'Warning';

/** A program that listens on a port of the host. */
export interface Listener {
  /** As `ss` shows it: `0.0.0.0`, `*`, `[::]`, or an address of the host. */
  address: string;
  port: number;
  /** e.g. `nginx (pid 812)`; `another program` where it is not told. */
  program: string;
}

/** Who listens on these ports. Volatile: process ids change without anything having changed. */
export function portsProbe(ports: readonly number[]): Probe {
  const filter = ports.flatMap((port, index) => [...(index > 0 ? ['or'] : []), 'sport', '=', `:${port}`]);
  const argv = ['ss', '--no-header', '--listening', '--tcp', '--numeric', '--processes', '(', ...filter, ')'];
  return { name: 'app.ports', volatile: true, action: { verb: 'run', argv } };
}

/** The lines of `ss`; others are passed over. */
export function parseListeners(output: string | undefined): Listener[] {
  return linesOf(output).flatMap((line) => {
    const [, address, port] = /^LISTEN\s+\d+\s+\d+\s+(\S+):(\d+)\s/.exec(`${line} `) ?? [];
    const [, name, pid] = /\("([^"]*)",pid=(\d+)/.exec(line) ?? [];
    if (address === undefined) return [];
    return [{ address, port: Number(port), program: name === undefined ? 'another program' : `${name} (pid ${pid})` }];
  });
}

/** Whether nobody else could listen on `address` beside this one. */
export function isInTheWay(listener: Listener, address: string): boolean {
  return [address, '0.0.0.0', '*', '[::]'].includes(listener.address) || address === '0.0.0.0';
}

/** A gateway asks one pair of ports or the other, so between two pairs that share none it loses requests. */
export function warnOfPorts(
  { app, place: { ports } }: { app: string; place: Place },
  running: number | undefined,
): PlanItem[] {
  if (running === undefined || ports.includes(running)) return [];
  const detail = `${app} runs on port ${running}, which is not one of ${ports.join(' and ')}: a gateway that asks the ports before finds nobody from the switch until its configuration is applied, and one that asks the new ones nobody until then. To lose no request, change one port at a time: ${running} and a new one first.`;
  return [{ name: WARNING, settled: true, detail }];
}

/** The gateway asks both ports, and whoever has the other one may say that it is ready. */
export function warnOfTaken(
  { app, place: { ports, address } }: { app: string; place: Place },
  listeners: readonly Listener[],
): PlanItem[] {
  const taken = listeners.filter((one) => ports.includes(one.port) && isInTheWay(one, address));
  return [...new Map(taken.map((one) => [one.port, one])).values()].map(({ port, program }) => {
    // Without its process id, which changes without anything having changed.
    const who = program.replace(/ \(pid \d+\)$/, '');
    const detail = `port ${port}, the other port of ${app}, is taken by ${who}: a gateway that asks both may send requests there, and the next release has no port left. Stop that program, or choose other ports.`;
    return { name: WARNING, settled: true, detail };
  });
}

/** The warnings in a plan, for the answer. */
export function warningsIn(items: readonly PlanItem[]): string[] {
  return items.flatMap((item) => ('settled' in item && item.name === WARNING ? (item.detail ?? []) : []));
}

/** For a release that has neither of its app's two ports; `own` is the one that the app runs on. */
export function portTaken(app: string, own: number | undefined, others: readonly Listener[]): AppError {
  const taken = others.map(({ port, program }) => `port ${port} is taken by ${program}`).join(', ');
  const runs = own === undefined ? '' : `${app} runs on port ${own}, and `;
  return new AppError('port_taken', `There is no port left for a new release of ${app}: ${runs}${taken}.`, {
    hint: 'Stop that program on the host (GET /services/docker-apps shows our apps), or choose other ports, and repeat the call.',
    details: others.map(({ port, program }) => ({ path: '/ports', message: program, port })),
  });
}
