import type { AddSecretBody, GithubSecret } from '../schemas/github.ts';
import type { Access, Github, Standing } from '../services/github.ts';
import { cloudPlan } from './cloud-steps.ts';
import type { Operation, Plan } from './operation.ts';
import { secretResult, secretTarget, whereOf } from './secret-target.ts';

/** Writes a secret of a repository or environment, unless it is known to have this value already. */
export function addSecretOperation(github: Github): Operation<AddSecretBody> {
  return {
    name: 'github-secret.add',
    deadlineS: 120,
    target: async (input) => secretTarget(input),
    async plan(input) {
      const { repo_name, environment, secret_name, secret_value, github_token: token } = input;
      const access = { place: { repo_name, environment }, token };
      const { secret, standing } = await github.look(access, secret_name, secret_value);
      return secret && standing === 'same'
        ? planSettled(input, secret)
        : planWrite(input, access, { secret, standing }, github);
    },
  };
}

function planSettled(input: AddSecretBody, secret: GithubSecret): Plan {
  const what = `${secret.secret_name} of ${whereOf(input)}`;
  const result = secretResult(input, secret);
  return cloudPlan({
    items: [{ name: `Write ${secret.secret_name}`, settled: true, detail: `as it was written ${secret.updated_at}` }],
    preview: { message: `${what} has this value; nothing would be changed.`, result },
    conclude: () => ({ message: `${what}: has this value, nothing was changed.`, result }),
  });
}

interface Look {
  secret: GithubSecret | undefined;
  standing: Standing;
}

function planWrite(input: AddSecretBody, access: Access, { secret, standing }: Look, github: Github): Plan {
  const { repo_name, environment, secret_name, secret_value } = input;
  const what = `${secret_name} of ${whereOf(input)}`;
  const why = reasons[standing];
  let now: GithubSecret | undefined;
  return cloudPlan({
    items: [
      {
        name: `Write ${secret_name}`,
        effect: 'change',
        action: { repo_name, environment, secret_name, secret_value, was: standing },
        async run() {
          now = await github.write(access, secret_name, secret_value, secret);
          return { detail: now ? `${why}; written ${now.updated_at}` : `${why}; written, ${notShown}` };
        },
      },
    ],
    preview: { message: `${what} would be written: ${why}.`, result: secretResult(input, secret) },
    conclude: () => ({
      message: `${what}: ${secret ? 'written again' : 'made'} (${why})${now ? '' : `, ${notShown}`}.`,
      result: secretResult(input, now),
    }),
  });
}

const notShown = 'but GitHub does not show it yet: the same call made again writes it once more';

const reasons: Record<Standing, string> = {
  same: 'it has this value',
  in_sync: 'it has this value',
  other_value: 'it has another value',
  absent: 'there was none',
  deleted_elsewhere: 'somebody deleted it elsewhere since it was written from here',
  changed_elsewhere: 'somebody changed it elsewhere since it was written from here',
  unknown: 'it is not known to have this value',
};
