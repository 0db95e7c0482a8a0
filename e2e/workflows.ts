import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';

export interface Step {
  id?: string;
  name?: string;
  uses?: string;
  run?: string;
  if?: string;
  env?: Record<string, string>;
  with?: Record<string, unknown>;
}

export interface Job {
  needs?: string | string[];
  if?: string;
  strategy?: unknown;
  permissions?: Record<string, string>;
  outputs?: Record<string, string>;
  'timeout-minutes'?: number;
  env?: Record<string, unknown>;
  steps: Step[];
}

export interface Workflow {
  name: string;
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  concurrency?: Record<string, unknown>;
  defaults?: { run?: { shell?: string } };
  jobs: Record<string, Job>;
}

const folder = new URL('../.github/workflows/', import.meta.url);

/** Names of the files in .github/workflows. */
export const workflowFiles = readdirSync(folder).sort();

export const workflowText = (file: string) => readFileSync(new URL(file, folder), 'utf8');

export const readWorkflow = (file: string): Workflow => parse(workflowText(file));

/** As GitHub has it evaluated. */
export const expression = (text: string) => `$${'{{'} ${text} }}`;

/** The step of a job with that name or id, or that uses that action. @throws {Error} where there is none */
export function stepOf({ steps }: Job, what: string): Step {
  const found = steps.find(({ id, name, uses }) => id === what || name === what || uses?.startsWith(`${what}@`));
  if (!found) throw new Error(`no step is ${what}`);
  return found;
}

/** A text with the values of its expressions, by their own texts. @throws {Error} for one that has none */
export function evaluate(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{\{ (.*?) \}\}/g, (_, wanted: string) => {
    const value = values[wanted];
    if (value === undefined) throw new Error(`nothing is known of ${wanted}`);
    return value;
  });
}
