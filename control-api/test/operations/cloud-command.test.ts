import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/lib/errors.ts';
import { commandStep } from '../../src/operations/cloud-command.ts';
import type { Sent } from '../../src/services/lightsail/power.ts';
import { fakeClock, fakeContext } from './cloud-fakes.ts';

const taken: Sent = { outcome: 'taken' };
const refused: Sent = { outcome: 'refused', error: new AppError('aws_error', 'AWS says no') };
const lost: Sent = { outcome: 'lost', error: new AppError('aws_unreachable', 'no answer') };

/** Answers and sights in their order; the last one stays. */
async function run(answers: Sent[], sights: (string | undefined)[], tries?: number) {
  const clock = fakeClock();
  let sent = 0;
  const next = <T>(list: T[]): T => (list.length > 1 ? list.shift() : list[0]) as T;
  const command = {
    ...{ name: 'Stop apps', action: {}, ...(tries === undefined ? {} : { tries }) },
    async send() {
      sent += 1;
      return next(answers);
    },
    look: async () => next(sights),
  };
  const end = await commandStep(command, fakeContext(clock), { clock })
    .run(() => {})
    .catch((error) => ({ error }));
  return { ...end, sent, slept: clock.slept };
}

test('what AWS took is done: the state is for the wait that follows', async () => {
  expect(await run([taken], ['it runs'])).toEqual({ sent: 1, slept: [] });
});

describe('what AWS refuses', () => {
  test('is unchanged when it is so: another was faster', async () => {
    expect(await run([refused], [undefined])).toEqual({ unchanged: true, sent: 1, slept: [] });
  });

  test('fails otherwise, in AWS’s words and with what is there', async () => {
    const { error, sent } = (await run([refused], ['it is pending'])) as { error: unknown; sent: number };
    expect(error).toMatchObject({ code: 'aws_error', message: 'AWS says no; it is pending' });
    expect(sent).toBe(1);
  });
});

describe('a command without an answer', () => {
  test('that had its effect is a change', async () => {
    const end = await run([lost], ['it runs', 'it runs', undefined]);
    expect(end).toEqual({ unchanged: false, sent: 1, slept: [500, 1500] });
  });

  test('that had none is sent again', async () => {
    expect(await run([lost, taken], ['it runs'])).toEqual({ sent: 2, slept: [500, 1500, 3000] });
  });

  test('whose effect came late is refused then, and still a change of ours', async () => {
    expect(await run([lost, refused], ['it runs', 'it runs', 'it runs', 'it runs', undefined])).toMatchObject({
      unchanged: false,
      sent: 2,
    });
  });

  test('three times is given up, with what is there', async () => {
    expect(await run([lost], ['it runs'])).toMatchObject({
      error: { code: 'aws_unreachable', message: 'no answer; it runs' },
      sent: 3,
    });
  });

  test('that must not be done twice is not sent again', async () => {
    expect(await run([lost], ['no record'], 1)).toMatchObject({ error: { code: 'aws_unreachable' }, sent: 1 });
  });
});
