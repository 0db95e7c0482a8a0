import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { AppError } from '../lib/errors.ts';
import { writePrivateFile } from './private-file.ts';

const recordSchema = z.object({
  hosted_zone_id: z.string(),
  domain: z.string(),
  /** Full name of the TXT record. */
  name: z.string(),
  /** Quoted, as Route 53 has them; others may stand beside them. */
  values: z.array(z.string()),
});

/** Values of a TXT record that prove names to an ACME directory. */
export type ChallengeRecord = z.output<typeof recordSchema>;

/**
 * What was put into zones and is to be taken out again, in a file: so an interrupted call leaves nothing behind for good.
 * Throws journal_unavailable when the file cannot be used.
 */
export interface ChallengeBook {
  left(): Promise<ChallengeRecord[]>;
  /** On disk when it resolves. */
  note(record: ChallengeRecord): Promise<void>;
  strike(record: ChallengeRecord): Promise<void>;
}

export function createChallengeBook(path: string): ChallengeBook {
  async function left(): Promise<ChallengeRecord[]> {
    const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return '[]';
      throw unusable(path, cause);
    });
    try {
      return z.array(recordSchema).parse(JSON.parse(text));
    } catch (cause) {
      throw unusable(path, cause);
    }
  }

  const write = (records: readonly ChallengeRecord[]) =>
    writePrivateFile(path, `${JSON.stringify(records, undefined, 2)}\n`);
  const isSame = (a: ChallengeRecord, b: ChallengeRecord) =>
    a.name === b.name && a.hosted_zone_id === b.hosted_zone_id && String(a.values) === String(b.values);

  return {
    left,
    note: async (record) => write([...(await left()), record]),
    strike: async (record) => write((await left()).filter((one) => !isSame(one, record))),
  };
}

function unusable(path: string, cause: unknown): AppError {
  return new AppError('journal_unavailable', `${path} cannot be read, or is damaged.`, {
    cause,
    hint: 'It lists TXT values, _acme-challenge..., to be taken out of zones: look, take them out, and move it away.',
  });
}
