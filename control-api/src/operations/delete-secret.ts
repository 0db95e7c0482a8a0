import type { DeleteSecretBody } from '../schemas/github.ts';
import type { Access, Github } from '../services/github.ts';
import { cloudPlan } from './cloud-steps.ts';
import { requireConfirmation } from './confirmation.ts';
import type { Operation, Plan } from './operation.ts';
import { secretResult, secretTarget, whereOf } from './secret-target.ts';

/** Deletes a secret of a repository or environment; one that is not there is no error. */
export function deleteSecretOperation(github: Github): Operation<DeleteSecretBody> {
  return {
    name: 'github-secret.delete',
    deadlineS: 120,
    async target(input) {
      const { secret_name, confirm } = input;
      requireConfirmation(confirm?.toUpperCase(), secret_name, `deletes ${secret_name} of ${whereOf(input)}`);
      return secretTarget(input);
    },
    async plan(input) {
      const { repo_name, environment, secret_name, github_token: token } = input;
      const access = { place: { repo_name, environment }, token };
      const secrets = await github.secrets(access);
      const secret = secrets.find((one) => one.secret_name === secret_name);
      return secret ? planDeletion(input, access, github) : planGone(input);
    },
  };
}

function planGone(input: DeleteSecretBody): Plan {
  const what = `${input.secret_name} of ${whereOf(input)}`;
  const result = secretResult(input, undefined);
  return cloudPlan({
    items: [{ name: `Delete ${input.secret_name}`, settled: true, detail: 'it is not there' }],
    preview: { message: `${what} is not there; nothing would be changed.`, result },
    conclude: () => ({ message: `${what}: is not there, nothing was changed.`, result }),
  });
}

function planDeletion(input: DeleteSecretBody, access: Access, github: Github): Plan {
  const { repo_name, environment, secret_name } = input;
  const what = `${secret_name} of ${whereOf(input)}`;
  return cloudPlan({
    items: [
      {
        name: `Delete ${secret_name}`,
        effect: 'change',
        action: { repo_name, environment, secret_name },
        async run() {
          // Gone already counts as deleted: mostly the answer to an earlier try was lost.
          const deleted = await github.delete(access, secret_name);
          return { detail: deleted ? 'deleted' : 'gone' };
        },
      },
    ],
    preview: {
      message: `${what} would be deleted; its value cannot be had back.`,
      result: secretResult(input, undefined),
    },
    conclude: () => ({ message: `${what}: deleted.`, result: secretResult(input, undefined) }),
  });
}
