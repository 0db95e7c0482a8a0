export interface SecretRow {
  /** In capitals. */
  name: string;
  value: string;
  /** Seconds since the epoch, like `updatedAt`: GitHub counts no finer. */
  createdAt: number;
  updatedAt: number;
}

export interface KeyRow {
  id: string;
  /** Base64, like `privateKey`. */
  publicKey: string;
  privateKey: string;
}

/** Where secrets are: a repository, or one of its environments. */
export interface Vault {
  /** Made when it is first asked for. */
  key?: KeyRow | undefined;
  secrets: SecretRow[];
}

export interface RepositoryRow extends Vault {
  /** `owner/name`. */
  name: string;
  private: boolean;
  environments: ({ name: string } & Vault)[];
}

export type Permission = 'read' | 'write';

/** Classic with scopes; or fine-grained, with permissions for some repositories. */
export type TokenRow =
  | { token: string; scopes: string[] }
  | { token: string; repositories: string[]; permissions: { secrets?: Permission; environments?: Permission } };

/** All that GitHub knows, as plain JSON. */
export interface GithubState {
  repositories: RepositoryRow[];
  tokens: TokenRow[];
}

/** What is there in a cloud just started. */
export function firstGithubState(): GithubState {
  return {
    repositories: [
      {
        name: 'fountain/story-stack',
        private: false,
        secrets: [],
        environments: [{ name: 'production', secrets: [] }],
      },
    ],
    tokens: [
      { token: 'ghp_sandbox', scopes: ['repo'] },
      { token: 'ghp_sandbox_no_scope', scopes: [] },
    ],
  };
}

/** GitHub takes names of owners, repositories, environments and secrets without regard to capitals. */
export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
