import { Listr } from 'listr2';
import { type Answer, type Call, createClient, curlLine } from './client.ts';

export const say = (text: string) => process.stdout.write(`${text}\n`);

export type Stage = ReturnType<typeof createStage>;

/** Where the calls of the demo are shown and made; each throws when the answer is not as it should be. */
export function createStage(baseUrl: string) {
  const client = createClient(baseUrl);

  async function perform(what: string, call: Call): Promise<Answer> {
    say(`\n  # ${what}\n  ${curlLine(baseUrl, call)}`);
    let answer: Answer | undefined;
    const list = new Listr([
      {
        title: what,
        rendererOptions: { persistentOutput: false },
        task: async (_context, running) => {
          answer = await client.operate(call, (line) => {
            running.output = line;
          });
          const { error, message, changed } = answer;
          if (error) throw new Error(`${error.code}: ${error.message} ${error.hint}`);
          running.title = `${message} (changed: ${changed})`;
        },
      },
    ]);
    await list.run().catch((error: unknown) => {
      if (!answer) throw error;
    });
    const done = answer as Answer;
    if (call.dryRun || done.changed || done.error) {
      for (const { name, outcome } of done.steps) say(`    ${outcome.padEnd(12)} ${name}`);
    }
    return done;
  }

  async function succeed(what: string, call: Call): Promise<Answer> {
    const answer = await perform(what, call);
    if (answer.error) throw new Error(`${answer.error.code}: ${answer.error.message} ${answer.error.hint}`);
    return answer;
  }

  async function plan(title: string, call: Call): Promise<Answer> {
    say(`\n${title}`);
    const planned = await succeed('what it would do', { ...call, dryRun: true });
    const would = planned.steps.filter(({ outcome }) => outcome === 'would_change');
    if (would.length === 0 || planned.changed) throw new Error(`${title}: the dry run shows no change to come`);
    return planned;
  }

  async function change(what: string, call: Call): Promise<Answer> {
    const done = await succeed(what, call);
    if (!done.changed) throw new Error(`${call.path}: nothing was changed`);
    return done;
  }

  /** The last answer's result: what is there now. */
  async function repeat(call: Call): Promise<Record<string, unknown>> {
    const again = await succeed('the same call again', call);
    if (again.changed) throw new Error(`${call.path}: the same call changed something again`);
    if (!again.result) throw new Error(`${again.message}: the answer has no result`);
    return again.result;
  }

  return {
    residentMb: client.residentMb,
    /** A GET of the control API. */
    see(what: string, path: string, query: object): Promise<Record<string, unknown>> {
      const asked = `${path}?${new URLSearchParams({ ...query })}`;
      say(`\n${what}\n  curl "${baseUrl}${asked}"`);
      return client.see(asked);
    },
    /** Dry run, then exactly that plan, then the same call again, which must change nothing. */
    async thrice(title: string, call: Call): Promise<Record<string, unknown>> {
      const { plan_hash } = await plan(title, call);
      await change('do exactly that', { ...call, ifMatch: plan_hash ?? undefined });
      return repeat(call);
    },
    /** The same with a fault on the way: the first call is lost in the middle, and made again finishes. */
    async interrupted(title: string, call: Call, playFault: () => Promise<void>): Promise<Record<string, unknown>> {
      await plan(title, call);
      await playFault();
      const lost = await perform('do it, and lose the connection to the host in mid-step', call);
      if (lost.error?.code !== 'connection_lost') throw new Error(`${title}: the connection was not lost`);
      await change('the same call finishes what was begun', call);
      return repeat(call);
    },
  };
}
