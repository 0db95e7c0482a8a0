import type { Consumer, Secrets } from '../schemas/secrets-file.ts';

/** SECRETS_FILE: values of the manifests' secrets, and the consumers of the gateway. Read anew at every call. */
export interface SecretsFile {
  /** Absolute path, for messages. */
  path: string;
  /**
   * What it says; nothing when there is no file.
   * @throws {AppError} secrets_file_unusable, without any value: readable by others, or malformed
   */
  read(): Promise<Secrets>;
  /**
   * Exchanges all consumers. The rest of the file stays, comments too, and it is never half written.
   * @throws {AppError} secrets_file_unusable
   */
  setConsumers(consumers: readonly Consumer[]): Promise<void>;
}
