import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { evaluate, type Job, stepOf } from '../workflows.ts';

/** What GitHub knows beside what a step has: by the text of its expression. */
export type Values = Readonly<Record<string, string>>;

export interface JobRun {
  /** Runs the text of a step by bash, with its environment; gives what it wrote to its outputs. @throws {Error} when it fails */
  run(step: string, env?: Values): Promise<Values>;
  /** What a step gives to the action that it uses. */
  inputs(step: string): Values;
  /** Notes the outputs of a step that was done otherwise: an action's. */
  note(step: string, outputs: Values): void;
  /** What the steps wrote for the run's page. */
  summary(): string;
}

/** A job of a workflow, run step by step in a folder as GitHub's runner does; whoever runs it does what its actions do. */
export function openJob(job: Job, folder: string, given: Values): JobRun {
  const values: Record<string, string> = { ...given };
  const [outputs, summary] = [join(folder, '.github-output'), join(folder, '.github-step-summary')];
  writeFileSync(summary, '');
  const evaluateAll = (texts: object = {}) =>
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, evaluate(String(text), values)]));
  for (const [name, value] of Object.entries(evaluateAll(job.env))) values[`env.${name}`] = value;

  function note(step: string, written: Values): void {
    for (const [name, value] of Object.entries(written)) values[`steps.${step}.outputs.${name}`] = value;
  }

  return {
    async run(what, env = {}) {
      const step = stepOf(job, what);
      if (step.run === undefined) throw new Error(`${what} is done by an action`);
      writeFileSync(outputs, '');
      const own = { ...evaluateAll(job.env), ...evaluateAll(step.env), ...env };
      const files = { GITHUB_OUTPUT: outputs, GITHUB_STEP_SUMMARY: summary };
      const options = { cwd: folder, env: { ...process.env, ...files, ...own } };
      await promisify(execFile)('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run], options);
      const lines = readFileSync(outputs, 'utf8').split('\n').filter(Boolean);
      const written = Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
      if (step.id) note(step.id, written);
      return written;
    },
    inputs: (what) => evaluateAll(stepOf(job, what).with),
    note,
    summary: () => readFileSync(summary, 'utf8'),
  };
}
