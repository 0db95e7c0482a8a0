import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { Document, isMap, isSeq, parseDocument, type YAMLMap } from 'yaml';
import { AppError } from '../lib/errors.ts';
import { type Consumer, type Secrets, secretsFileSchema } from '../schemas/secrets-file.ts';
import { writePrivateFile } from './private-file.ts';
import { checkYaml, type FileProblem, listProblems } from './yaml-file.ts';

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
   * @throws {AppError} secrets_file_unusable; journal_unavailable when it cannot be written
   */
  setConsumers(consumers: readonly Consumer[]): Promise<void>;
}

/** The file stays as it is where the consumers are those that it has; otherwise its mode is 0600. */
export function createSecretsFile(path: string): SecretsFile {
  const check = (text: string): Secrets => {
    const checked = checkYaml(text, secretsFileSchema, { file: path, secretive: true });
    if ('value' in checked) return checked.value;
    throw malformed(path, checked.problems);
  };
  return {
    path,
    async read() {
      return check((await readPrivately(path)) ?? '');
    },
    async setConsumers(consumers) {
      const text = await readPrivately(path);
      const before = check(text ?? '').consumers;
      if (JSON.stringify(before.map(plainConsumer)) === JSON.stringify(consumers.map(plainConsumer))) return;
      const document = documentOf(text);
      exchangeConsumers(document, consumers);
      const next = document.toString({ lineWidth: 0 });
      check(next);
      // What a link leads to is exchanged, not the link.
      await writePrivateFile(await realpath(path).catch(() => path), next);
    },
  };
}

const HEAD = ` Values of the secrets that manifests name, by app, and the consumers of the gateway with their keys (docs/keys.md).
 Keep it out of git, and in your backup.`;

/** Comments of a file that has nothing else stay at its head. */
function documentOf(text: string | undefined): Document {
  const document: Document = parseDocument(text ?? '');
  if (document.contents) return document;
  const fresh = new Document({});
  fresh.commentBefore = text === undefined ? HEAD : (document.commentBefore ?? document.comment);
  return fresh;
}

/** A consumer that is there already keeps its place and its comments; only what differs is written. */
function exchangeConsumers(document: Document, consumers: readonly Consumer[]): void {
  const list = document.get('consumers');
  const before = isSeq(list) ? list.items.filter(isMap) : [];
  const items = consumers.map((consumer) => {
    const plain = plainConsumer(consumer);
    const node = before.find((item) => item.get('username') === consumer.username);
    return node ? changed(document, node, plain) : document.createNode(plain);
  });
  if (isSeq(list)) Object.assign(list, { items, flow: false });
  else document.set('consumers', document.createNode(items));
}

function changed(document: Document, node: YAMLMap, plain: Record<string, unknown>): YAMLMap {
  const before = node.toJS(document) as Record<string, unknown>;
  for (const name of new Set([...Object.keys(before), ...Object.keys(plain)])) {
    if (!(name in plain)) node.delete(name);
    else if (JSON.stringify(before[name]) !== JSON.stringify(plain[name]))
      node.set(name, document.createNode(plain[name]));
  }
  return node;
}

function plainConsumer({ username, keys, access, limits }: Consumer): Record<string, unknown> {
  const plain = { username, keys: keys.map((key) => key.reveal()), access: { ...access } };
  return limits === undefined ? plain : { ...plain, limits: { ...limits } };
}

/** Undefined when there is no such file. */
async function readPrivately(path: string): Promise<string | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw unusable(`${path} cannot be read: ${error.code}.`);
  });
  try {
    return file && (await readOwn(file, path));
  } finally {
    await file?.close();
  }
}

async function readOwn(file: FileHandle, path: string): Promise<string> {
  const info = await file.stat();
  if (!info.isFile()) throw unusable(`${path} is not a file.`);
  const mode = (info.mode & 0o777).toString(8).padStart(4, '0');
  if (mode !== '0600' && mode !== '0400') {
    throw unusable(`${path} has mode ${mode}; 0600 or 0400 is wanted.`, `chmod 600 ${path}`);
  }
  return file.readFile('utf8');
}

function malformed(path: string, problems: readonly FileProblem[]): AppError {
  const details = problems.map((problem) => ({ ...problem }));
  const message = `The secrets file does not fit: ${listProblems(problems)}`;
  return new AppError('secrets_file_unusable', message, {
    hint: `Mend ${path} at the lines that details name.`,
    details,
  });
}

function unusable(message: string, hint?: string): AppError {
  return new AppError('secrets_file_unusable', message, hint === undefined ? {} : { hint });
}
