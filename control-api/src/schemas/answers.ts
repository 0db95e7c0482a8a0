import { z } from 'zod';
import { failureSchema, stepSchema } from './operation.ts';

const id = z.string().meta({ description: 'The operation’s id', example: 'op_019aa2b3c4d0f1e2d3c4' });
const message = z
  .string()
  .meta({ description: 'One sentence for a person', example: 'apps: created; running at 203.0.113.7.' });
const dryRun = z.boolean().meta({ description: 'Whether it only showed its plan', example: false });
const planHash = z
  .string()
  .nullable()
  .meta({ description: 'Hash of the plan, for If-Match', example: 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812' });
const steps = z.array(stepSchema).meta({
  description: 'What was done, or on a dry run would be done, in order',
  example: [{ name: 'Start my-app', outcome: 'changed', duration_ms: 812, detail: 'exit 0' }],
});

/** What a call that changes something answers when it has succeeded. */
export function successSchema(result: z.ZodType) {
  return z
    .object({
      status: z.literal('success').meta({ description: 'How the call ended', example: 'success' }),
      message,
      changed: z.boolean().meta({ description: 'Whether anything was changed', example: true }),
      dry_run: dryRun,
      operation_id: id,
      plan_hash: planHash,
      steps,
      result,
    })
    .meta({
      description: 'Done; or, on a dry run, what would be done',
      headers: {
        ETag: {
          type: 'string',
          description: 'On a dry run: the plan’s hash, for If-Match',
          example: '"b5bb9d8014a0f9b1"',
        },
      },
    });
}

export const acceptedSchema = z
  .object({
    status: z.literal('accepted').meta({ description: 'It has started and goes on', example: 'accepted' }),
    message: z.string().meta({
      description: 'Where to follow it',
      example: 'Follow it at /operations/op_019aa2b3c4d0f1e2d3c4/events.',
    }),
    dry_run: dryRun,
    operation_id: id,
    attached: z
      .boolean()
      .meta({ description: 'Whether the same call was running already and this one joined it', example: false }),
  })
  .meta({
    description: 'It has started and goes on: `Prefer: respond-async` was sent, or SYNC_LIMIT_S has passed',
    headers: {
      Location: {
        type: 'string',
        description: 'Where the operation is shown',
        example: '/operations/op_019aa2b3c4d0f1e2d3c4',
      },
    },
  });

const errorSchema = z
  .object({
    status: z.literal('error').meta({ description: 'How the call ended', example: 'error' }),
    ...failureSchema.shape,
    operation_id: id.optional(),
    steps: steps.optional(),
  })
  .meta({ id: 'Error', description: 'It failed; the code is one of the catalogue, the hint says what to do next' });

/** The failures that every route documents; `docs/error-codes.md` lists the codes. */
export const errorResponses = {
  '4xx': {
    description: 'Refused; `steps`, where there are any, tell what was done before',
    content: { 'application/json': { schema: errorSchema } },
  },
  '5xx': {
    description: 'Failed here, on the host, at AWS, GitHub or the certificate authority',
    content: { 'application/json': { schema: errorSchema } },
  },
};
