const busy = ['database_busy', 'The database is kept busy by others; try again.'] as const;
const full = ['storage_full', 'The database cannot be written: its disk may be full.'] as const;

/** What a database's failure means to a caller: errorCode and message, by the code of either kind of database. */
const known: Readonly<Record<string, readonly [errorCode: string, message: string]>> = {
  SQLITE_BUSY: busy,
  SQLITE_BUSY_SNAPSHOT: busy,
  SQLITE_FULL: full,
  SQLITE_IOERR_WRITE: full,
  '55P03': busy,
  '53100': full,
};

/** `undefined` when the failure is of another kind. */
export const storageFailure = ({ code }: { code?: string }) => known[code ?? ''];

/** Whether a row refers to one that is not there, or one may not go since others refer to it. Codes of SQLite and PostgreSQL. */
export function breaksReference(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === 'SQLITE_CONSTRAINT_FOREIGNKEY' || code === '23503';
}
