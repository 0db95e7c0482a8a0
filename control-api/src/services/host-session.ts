import type { Probe, Readings, Step } from '../lib/command.ts';
import { AppError, FactsMoved } from '../lib/errors.ts';
import { nonce } from '../lib/ids.ts';
import { createMarkerParser, encodeFacts, encodeSteps, flattenSteps, type RunnerEvent } from '../lib/records.ts';
import type { ExecResult, Login, Ssh, SshConnection } from './ssh.ts';

/** Where a session logs in. */
export interface SessionTarget extends Omit<Login, 'host'> {
  address: string;
}

export type HostSessionEvent = { index: number; name: string; rescue: boolean } & (
  | { type: 'step_started' }
  | { type: 'output'; text: string }
  | {
      type: 'step_done';
      outcome: 'changed' | 'unchanged' | 'verified' | 'failed' | 'unknown';
      ms: number;
      exit: number;
    }
);

interface StepsRun {
  probes: readonly Probe[];
  /** Of the facts that the steps were planned from, as readFacts gave it. */
  digest: string;
  steps: readonly Step[];
  /** One line that names who works on the host; others read it while they are locked out. */
  holder: string;
  onEvent(event: HostSessionEvent): void;
}

/** One login on a host: what is asked of it goes through host-runner.sh, one exec each. */
export interface HostSession {
  /** @throws {AppError} host_unreachable, host_key_changed, connection_lost, step_failed when the runner cannot run */
  readFacts(probes: readonly Probe[]): Promise<{ readings: Readings; digest: string }>;
  /**
   * Runs the steps under the host's lock, if the facts are still what they were.
   * @throws {FactsMoved} when they are not; nothing was run
   * @throws {AppError} target_locked, connection_lost, step_failed, or what the failed step explains
   */
  runSteps(run: StepsRun): Promise<void>;
  end(): void;
}

export interface HostSessions {
  open(target: SessionTarget, signal: AbortSignal): Promise<HostSession>;
}

const LOCK = '/run/fountain.lock';
/** Lines of a failed step's output that its error shows. */
const EVIDENCE_LINES = 20;

/** `runner` is the text of host-runner.sh. */
export function createHostSessions({ ssh, runner }: { ssh: Ssh; runner: string }): HostSessions {
  return {
    async open({ address, ...login }, signal) {
      const connect = () => ssh.connect({ ...login, host: address }, signal);
      let connection: SshConnection = await connect();
      signal.addEventListener('abort', () => connection.end(), { once: true });
      const command = login.username === 'root' ? 'bash -s' : 'sudo -n bash -s';

      /** Feeds the runner; returns its last word, or undefined when it could not say one. */
      async function feed(input: string, id: string, onEvent: (event: RunnerEvent) => void) {
        let status: (RunnerEvent & { type: 'done' })['status'] | undefined;
        const parse = createMarkerParser(id, (event) => {
          if (event.type === 'done') status = event.status;
          else onEvent(event);
        });
        const result = await connection.exec(command, runner + input, parse);
        return { status, result };
      }

      async function factsOnce(probes: readonly Probe[]) {
        const id = nonce();
        const collected = collectFacts(probes);
        const input = encodeFacts(probes, { nonce: id, lock: LOCK, holder: '' });
        const { status, result } = await feed(input, id, collected.take);
        return { status, result, ...collected };
      }

      return {
        async readFacts(probes) {
          let facts = await factsOnce(probes);
          if (facts.status === undefined && facts.result.lost) {
            // Reading changes nothing, and a fresh host's SSH server restarts after its first answer.
            connection.end();
            connection = await connect();
            facts = await factsOnce(probes);
          }
          if (facts.status !== 'ok') throw noOutcome(facts.result, address, 'its facts were read');
          return { readings: facts.readings, digest: facts.digest() };
        },
        async runSteps({ probes, digest, steps, holder, onEvent }) {
          const id = nonce();
          const tracker = trackSteps(probes.length, steps, onEvent);
          const input = encodeSteps(probes, digest, steps, { nonce: id, lock: LOCK, holder });
          const { status, result } = await feed(input, id, tracker.take);
          if (status === 'ok') return;
          if (status === 'moved') throw new FactsMoved();
          if (status === 'locked') throw locked(address, tracker.preface());
          if (status === 'failed') throw tracker.failure();
          tracker.giveUp();
          throw noOutcome(result, address, tracker.current());
        },
        end: () => connection.end(),
      };
    },
  };
}

function collectFacts(probes: readonly Probe[]) {
  const readings: Record<string, { exit: number; output: string }> = {};
  const lines: string[] = [];
  let digest = '';
  return {
    readings: readings as Readings,
    digest: () => digest,
    take(event: RunnerEvent) {
      if (event.type === 'digest') digest = event.digest;
      if (event.type === 'output') lines.push(event.text);
      if (event.type === 'end') {
        const probe = probes[event.record];
        if (probe) readings[probe.name] = { exit: event.exit, output: lines.join('\n').trimEnd() };
        lines.length = 0;
      }
    },
  };
}

/** Follows the records of a run: tells each step's course, and keeps what a failure is explained with. */
function trackSteps(offset: number, steps: readonly Step[], onEvent: (event: HostSessionEvent) => void) {
  const records = flattenSteps(steps).map(({ role, step }) => ({
    step,
    index: role === 'step' ? steps.indexOf(step) : -1,
    name: step.name,
    rescue: role === 'rescue',
    output: [] as string[],
  }));
  const preface: string[] = [];
  let current: (typeof records)[number] | undefined;
  let failed: { record: (typeof records)[number]; exit: number } | undefined;
  const identity = ({ index, name, rescue }: (typeof records)[number]) => ({ index, name, rescue });

  return {
    take(event: RunnerEvent) {
      if (event.type === 'output') {
        if (!current) return void preface.push(event.text);
        current.output.push(event.text);
        onEvent({ ...identity(current), type: 'output', text: event.text });
      } else if (event.type === 'begin') {
        current = records[event.record - offset];
        if (current) onEvent({ ...identity(current), type: 'step_started' });
      } else if (event.type === 'end' && current) {
        const { outcome, exit, ms } = event;
        if (outcome === 'failed' && !current.rescue) failed = { record: current, exit };
        const good = current.step.effect === 'check' ? 'verified' : outcome === 'unchanged' ? 'unchanged' : 'changed';
        onEvent({ ...identity(current), type: 'step_done', outcome: outcome === 'failed' ? 'failed' : good, ms, exit });
        current = undefined;
      }
    },
    preface: () => preface.join('\n'),
    current: () => (current ? `"${current.name}" was under way` : 'a step was begun'),
    giveUp() {
      if (current) onEvent({ ...identity(current), type: 'step_done', outcome: 'unknown', ms: 0, exit: -1 });
    },
    failure(): Error {
      if (!failed) return new AppError('step_failed', 'A step failed, but the host does not say which.');
      const { record, exit } = failed;
      const rescued = records
        .filter(({ rescue, output }) => rescue && output.length > 0)
        .flatMap(({ output }) => output);
      const output = [...record.output, ...rescued].join('\n');
      const evidence = [...record.output, ...rescued].slice(-EVIDENCE_LINES).join('\n');
      const message = `${record.name}: exit ${exit}${evidence ? `, after printing:\n${evidence}` : ''}`;
      return record.step.explain?.(exit, output) ?? new AppError('step_failed', message);
    },
  };
}

function locked(address: string, holder: string): AppError {
  const who = holder.trim() || 'somebody who left no name';
  return new AppError('target_locked', `Another control API works on ${address}: ${who}.`, {
    hint: 'Wait until it has ended, then repeat the call.',
    details: [{ message: who }],
  });
}

/** The runner did not say how it ended: either the connection broke, or it never ran. */
function noOutcome({ lost, exit, stderr }: ExecResult, address: string, doing: string): AppError {
  if (lost || exit === null || exit === 0) {
    return new AppError(
      'connection_lost',
      `The connection to ${address} ended while ${doing}; what it did is not known.`,
    );
  }
  const sudo = /sudo:.*password|not in the sudoers/i.test(stderr);
  return new AppError(
    'step_failed',
    `The runner could not work on ${address} (exit ${exit}): ${stderr.trim() || 'no word why'}`,
    {
      ...(sudo ? { hint: 'The login user needs sudo without a password.' } : {}),
    },
  );
}
