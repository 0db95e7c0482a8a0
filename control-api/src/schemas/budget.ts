import { z } from 'zod';

const amount = (description: string, example: number) => z.number().meta({ description, example });

export const budgetSchema = z
  .object({
    monthly_usd: amount('USD a month, as far as AWS tells the prices', 45.65),
    monthly_eur: amount('The same in EUR, by EUR_PER_USD', 42),
    limit_eur: amount('EUR that it may be: BUDGET_EUR_MONTH', 70),
    items: z
      .array(
        z.object({
          what: z.string().meta({ description: 'What costs', example: 'static IP kong-ip (idle)' }),
          monthly_usd: z
            .number()
            .nullable()
            .meta({ description: 'USD a month; null when AWS does not tell', example: 3.65 }),
        }),
      )
      .meta({
        description: 'What it is made of',
        example: [{ what: 'instance apps (nano_3_0, stopped)', monthly_usd: 5 }],
      }),
  })
  .meta({
    id: 'Budget',
    description: 'What everything costs, with what is to be created',
    example: { monthly_usd: 45.65, monthly_eur: 42, limit_eur: 70, items: [] },
  });

export type Budget = z.output<typeof budgetSchema>;
