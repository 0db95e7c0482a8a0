import type { GithubSecret, SecretPlace } from '../schemas/github.ts';
import type { Target } from './operation.ts';

/** What a call about secrets locks: the repository, or one of its environments. Capitals do not count. */
export function secretTarget(place: SecretPlace): Target {
  const label = whereOf(place).toLowerCase();
  return { key: `github ${label}`, label };
}

/** `repository fountain/story-stack`, or `environment production of fountain/story-stack`. */
export function whereOf({ repo_name, environment }: SecretPlace): string {
  return environment === undefined ? `repository ${repo_name}` : `environment ${environment} of ${repo_name}`;
}

export function secretResult({ repo_name, environment }: SecretPlace, secret: GithubSecret | undefined) {
  return { repo_name, environment: environment ?? null, secret: secret ?? null };
}
