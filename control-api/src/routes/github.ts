import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { errorResponses } from '../schemas/answers.ts';
import {
  addSecretBodySchema,
  deleteSecretBodySchema,
  type GithubSecret,
  secretResultSchema,
  secretsQuerySchema,
  secretsSchema,
  tokenHeaderSchema,
} from '../schemas/github.ts';
import type { Access } from '../services/github.ts';
import { type OperationOptions, operationRoute } from './operation-route.ts';

export interface GithubReads {
  /** @throws {AppError} github_forbidden, repository_not_found, github_error, github_unreachable */
  githubSecrets(access: Access): Promise<GithubSecret[]>;
}

export interface GithubOptions extends OperationOptions {
  reads: GithubReads;
}

const tags = ['github'];

const addSecret = {
  name: 'github-secret.add',
  url: '/add-secret',
  tags,
  summary: 'Add or change a secret',
  description: `Writes a secret for GitHub Actions, of the repository or of one of its environments, sealed so that only GitHub can
read it. GitHub never shows a value, so a keyed digest of what was written is kept here with the time that GitHub gave it: the
same value while that time stands changes nothing; a secret that somebody wrote elsewhere since is written again, and the step
says so. The token is for this one call and is kept nowhere.`,
  body: addSecretBodySchema,
  example: {
    repo_name: 'fountain/story-stack',
    secret_name: 'GATEWAY_ADDRESS',
    secret_value: '203.0.113.7',
    github_token: 'ghp_0123456789abcdefghijABCDEFGHIJ456789',
  },
  result: secretResultSchema,
};

const deleteSecret = {
  name: 'github-secret.delete',
  url: '/delete-secret',
  tags,
  summary: 'Delete a secret',
  description: `Deletes a secret of a repository or environment; \`confirm\` is its exact name. One that is not there is no error. Its
value cannot be had back.`,
  body: deleteSecretBodySchema,
  example: {
    repo_name: 'fountain/story-stack',
    secret_name: 'GATEWAY_ADDRESS',
    github_token: 'ghp_0123456789abcdefghijABCDEFGHIJ456789',
    confirm: 'GATEWAY_ADDRESS',
  },
  result: secretResultSchema,
};

const listSecrets = {
  operationId: 'list_secrets',
  tags,
  summary: 'List secrets',
  description: `The secrets of a repository, or of one of its environments, and whether each is still as it was written from here.
The token goes into the header \`X-GitHub-Token\`, never into the address: headers are not logged.`,
  querystring: secretsQuerySchema,
  headers: tokenHeaderSchema,
  response: { 200: secretsSchema, ...errorResponses },
};

export const github: FastifyPluginAsyncZod<GithubOptions> = async (app, options) => {
  const { reads } = options;
  operationRoute(app, options, addSecret);
  operationRoute(app, options, deleteSecret);

  app.get('/secrets', { schema: listSecrets }, async ({ query: place, headers }) => {
    const secrets = await reads.githubSecrets({ place, token: headers['x-github-token'] });
    return { repo_name: place.repo_name, environment: place.environment ?? null, secrets };
  });
};
