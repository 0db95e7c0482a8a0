import { z } from 'zod';

const outcomeSchema = z
  .enum(['running', 'unchanged', 'changed', 'would_change', 'verified', 'failed', 'unknown'])
  .meta({ description: 'What became of a step', example: 'changed' });

export const stepSchema = z
  .object({
    name: z.string().meta({ description: 'What the step does', example: 'Install docker.io' }),
    outcome: outcomeSchema,
    duration_ms: z.int().nonnegative().nullable().meta({ description: 'Milliseconds it took', example: 812 }),
    detail: z.string().optional().meta({ description: 'What was seen, or why', example: 'exit 0' }),
    action: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({
        description: 'The command or file, secrets redacted',
        example: { verb: 'run', argv: ['systemctl', 'start', 'docker'] },
      }),
  })
  .meta({ id: 'Step', description: 'One change or check inside an operation' });

export const failureSchema = z
  .object({
    code: z.string().meta({ description: 'A code of the error catalogue', example: 'step_failed' }),
    message: z
      .string()
      .meta({ description: 'What failed and what was seen', example: 'docker pull ended with exit 1' }),
    hint: z.string().meta({ description: 'What to do next', example: 'Repeat the call.' }),
    details: z
      .array(z.record(z.string(), z.unknown()))
      .optional()
      .meta({ description: 'One entry per finding', example: [{ path: '/region', message: 'unknown region' }] }),
  })
  .meta({ id: 'Failure', description: 'Why an operation failed' });

export const operationSchema = z
  .object({
    id: z.string().meta({ description: 'The operation’s id', example: 'op_019aa2b3c4d0f1e2d3c4' }),
    operation: z.string().meta({ description: 'Which operation', example: 'docker-app.deploy' }),
    target: z.string().meta({ description: 'What it locks', example: 'instance eu-central-1/apps' }),
    status: z
      .enum(['running', 'succeeded', 'failed', 'interrupted'])
      .meta({ description: 'Where it stands', example: 'succeeded' }),
    message: z.string().meta({ description: 'One sentence for a person', example: 'apps: created and reachable.' }),
    changed: z.boolean().meta({ description: 'Whether anything was changed', example: true }),
    dry_run: z.boolean().meta({ description: 'Whether it only showed its plan', example: false }),
    actor: z.string().meta({ description: 'Who asked', example: 'token' }),
    reason: z.string().nullable().meta({ description: 'Why, as the caller said', example: 'first rollout' }),
    started_at: z.iso.datetime().meta({ description: 'When it started', example: '2026-11-21T10:00:00.000Z' }),
    ended_at: z.iso.datetime().nullable().meta({ description: 'When it ended', example: '2026-11-21T10:01:00.000Z' }),
    deadline_at: z.iso.datetime().meta({ description: 'By when it must end', example: '2026-11-21T10:05:00.000Z' }),
    plan_hash: z
      .string()
      .nullable()
      .meta({ description: 'Hash of its plan, for If-Match', example: 'b5bb9d8014a0f9b1' }),
    steps: z.array(stepSchema).meta({ description: 'Its steps so far', example: [] }),
    error: failureSchema.nullable().meta({ description: 'Why it failed, or null', example: null }),
    result: z
      .record(z.string(), z.unknown())
      .nullable()
      .meta({ description: 'What it found or made', example: { public_ip: '203.0.113.7' } }),
  })
  .meta({ id: 'Operation', description: 'One call that may change something, as the journal has it' });

export type OperationView = z.infer<typeof operationSchema>;
export type StepView = z.infer<typeof stepSchema>;
export type StepOutcome = z.infer<typeof outcomeSchema>;
export type FailureView = z.infer<typeof failureSchema>;

/** A row of the journal's event list; `seq` counts from 1 within an operation and never skips. */
export interface OperationEvent {
  seq: number;
  type: 'step' | 'output' | 'done';
  data: Record<string, unknown>;
}
