import type { Probe, Readings } from '../../lib/command.ts';
import { AppError } from '../../lib/errors.ts';
import { linesOf, outputOf } from '../recipe.ts';

/** A program other than Kong that listens on a port that Kong needs. */
export interface Listener {
  port: number;
  /** e.g. `nginx (pid 812)`; `another program` where it is not told. */
  program: string;
}

/** Shows who listens on ports 80 and 443. */
export const LISTENERS = [
  'ss',
  '--no-header',
  '--listening',
  '--tcp',
  '--numeric',
  '--processes',
  ...['(', 'sport', '=', ':80', 'or', 'sport', '=', ':443', ')'],
];

/** Process ids change without anything having changed, so both are volatile. */
export function portProbes(): Probe[] {
  const pid = ['systemctl', 'show', 'kong', '--property=MainPID'];
  return [
    { name: 'kong.main_pid', volatile: true, action: { verb: 'run', argv: pid } },
    { name: 'kong.ports', volatile: true, action: { verb: 'run', argv: LISTENERS } },
  ];
}

/** Kong is an nginx, and so may be another program: its sockets are those that its unit's main process has open. */
export function parseListeners(readings: Readings): Listener[] {
  const mainPid = /MainPID=([1-9]\d*)/.exec(outputOf(readings, 'kong.main_pid') ?? '')?.[1];
  return listenersIn(outputOf(readings, 'kong.ports') ?? '', mainPid);
}

/** Listeners in the lines of `ss` but for those of the process `ownPid`; other lines are passed over. */
export function listenersIn(output: string, ownPid?: string): Listener[] {
  const rows = linesOf(output).flatMap((line) => {
    const port = /^LISTEN\s+\d+\s+\d+\s+\S+:(80|443)\s/.exec(`${line} `)?.[1];
    return port ? [{ port: Number(port), users: [...line.matchAll(/\("([^"]*)",pid=(\d+)/g)] }] : [];
  });
  return rows
    .filter(({ users }) => ownPid === undefined || !users.some(([, , pid]) => pid === ownPid))
    .map(({ port, users: [user] }) => ({ port, program: user ? `${user[1]} (pid ${user[2]})` : 'another program' }));
}

export function portTaken(listeners: readonly Listener[], evidence?: string): AppError {
  const taken = [...new Set(listeners.map(({ port, program }) => `port ${port} is taken by ${program}`))];
  return new AppError('port_taken', `On the host, ${taken.join(', ')}${evidence ? `: ${evidence}` : ''}.`, {
    hint: 'Kong needs ports 80 and 443: stop that program on the host and keep it from starting at boot, then repeat the call.',
    details: listeners.map(({ port, program }) => ({ message: program, port })),
  });
}
