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
  /** Logs in. When the signal is aborted, the connection is cut, and so is what runs on it. @throws as Ssh.connect */
  open(target: SessionTarget, signal: AbortSignal): Promise<HostSession>;
}

/** Lines of a failed step's output that its error shows. */
const EVIDENCE_LINES = 20;

interface Dependencies {
  ssh: Ssh;
  /** The text of host-runner.sh. */
  runner: string;
  /** Path of the lock file on every host. */
  lock?: string;
}

export function createHostSessions({ ssh, runner, lock = '/run/fountain.lock' }: Dependencies): HostSessions {
  return {
    async open({ address, ...login }, signal) {
      const connect = () => ssh.connect({ ...login, host: address }, signal);
      let connection: SshConnection = await connect();
      signal.addEventListener('abort', () => connection.cut(), { once: true });
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
        const input = encodeFacts(probes, { nonce: id, lock, holder: '' });
        const { status, result } = await feed(input, id, collected.take);
        return { status, result, ...collected };
      }

      return {
        async readFacts(probes) {
          let facts = await factsOnce(probes);
          if (facts.status === undefined && facts.result.lost) {
            // Reading changes nothing, and a fresh host's SSH server restarts after its first answer.
            connection.cut();
            connection = await connect();
            facts = await factsOnce(probes);
          }
          if (facts.status !== 'ok')
            throw noOutcome(facts.result, address, 'while its facts were read; nothing was changed');
          return { readings: facts.readings, digest: facts.digest() };
        },
        async runSteps({ probes, digest, steps, holder, onEvent }) {
          const id = nonce();
          const tracker = trackSteps(probes.length, steps, onEvent);
          const input = encodeSteps(probes, digest, steps, { nonce: id, lock, holder });
          const { status, result } = await feed(input, id, tracker.take);
          if (status === 'ok') return;
          if (status === 'moved') throw new FactsMoved();
          if (status === 'locked') throw locked(address, tracker.preface());
          if (status === 'failed') throw tracker.failure();
          tracker.giveUp();
          throw noOutcome(result, address, tracker.position());
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
  const records = createRecords(steps);
  const preface: string[] = [];
  let current: StepRecord | undefined;
  let last: StepRecord | undefined;
  let failed: { record: StepRecord; exit: number } | undefined;

  return {
    take(event: RunnerEvent) {
      if (event.type === 'output') {
        if (!current) return void preface.push(event.text);
        current.output.push(event.text);
        onEvent({ ...current.identity, type: 'output', text: event.text });
      } else if (event.type === 'begin') {
        current = records[event.record - offset];
        if (current) onEvent({ ...current.identity, type: 'step_started' });
      } else if (event.type === 'end' && current) {
        const { exit, ms } = event;
        if (event.outcome === 'failed' && !current.identity.rescue) failed = { record: current, exit };
        onEvent({ ...current.identity, type: 'step_done', outcome: outcomeOf(current.step, event.outcome), ms, exit });
        last = current;
        current = undefined;
      }
    },
    preface: () => preface,
    position() {
      if (current) return `while "${current.step.name}" was under way; what that step did is not known`;
      return last
        ? `after "${last.step.name}"; whether more was done is not known`
        : 'before any step was seen to begin';
    },
    giveUp() {
      if (current) onEvent({ ...current.identity, type: 'step_done', outcome: 'unknown', ms: 0, exit: -1 });
    },
    failure(): Error {
      if (!failed) return new AppError('step_failed', 'A step failed, but the host does not say which.');
      const rescued = records.filter(({ identity }) => identity.rescue).flatMap(({ output }) => output);
      return failureOf(failed.record.step, failed.exit, [...failed.record.output, ...rescued]);
    },
  };
}

interface StepRecord {
  step: Step;
  /** A rescue has the index of the step that it belongs to. */
  identity: { index: number; name: string; rescue: boolean };
  output: string[];
}

function createRecords(steps: readonly Step[]): StepRecord[] {
  let index = -1;
  return flattenSteps(steps).map(({ role, step }) => {
    if (role === 'step') index += 1;
    return { step, identity: { index, name: step.name, rescue: role === 'rescue' }, output: [] };
  });
}

function outcomeOf({ effect }: Step, outcome: (RunnerEvent & { type: 'end' })['outcome']) {
  if (outcome === 'failed') return outcome;
  if (effect === 'check') return 'verified';
  return outcome === 'unchanged' ? outcome : 'changed';
}

/** What the step makes of its failure, else its exit code and the end of what it and its rescue printed. */
function failureOf(step: Step, exit: number, output: readonly string[]): Error {
  const explained = step.explain?.(exit, output.join('\n'));
  if (explained) return explained;
  const code = exit === 124 ? `exit 124 (not done within ${step.timeoutS} s)` : `exit ${exit}`;
  const evidence = output.slice(-EVIDENCE_LINES).join('\n');
  return new AppError('step_failed', `${step.name}: ${code}${evidence ? `, after printing:\n${evidence}` : ''}`);
}

/** `preface` is what the host printed before any step; the lock's holder comes last. */
function locked(address: string, preface: readonly string[]): AppError {
  const who = preface.findLast((line) => line.trim() !== '') ?? 'somebody who left no name';
  return new AppError('target_locked', `Another control API works on ${address}: ${who}.`, {
    hint: 'Wait until it has ended, then repeat the call.',
    details: [{ message: who }],
  });
}

/** The runner did not say how it ended: the connection broke, it was killed, or it never ran. */
function noOutcome({ lost, exit, stderr }: ExecResult, address: string, when: string): AppError {
  if (lost || exit === null || exit === 0) {
    const what = lost ? `The connection to ${address}` : `The program that runs the steps on ${address}`;
    return new AppError('connection_lost', `${what} ended ${when}.`);
  }
  const why = stderr.trim() || 'it printed no reason';
  if (/^sudo: .*(password|terminal)|not in the sudoers|not allowed to execute/im.test(stderr)) {
    return new AppError('step_failed', `The login user may not become root on ${address}: ${why}`, {
      hint: 'The login user needs sudo without a password, for every command.',
    });
  }
  return new AppError('step_failed', `Nothing could be run on ${address} (exit ${exit}): ${why}`);
}
