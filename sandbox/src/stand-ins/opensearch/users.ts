import { compareSync } from 'bcryptjs';
import { parse } from 'yaml';

/** Hashes of passwords by user, as internal_users.yml has them. */
export function readUsers(yml: string): Map<string, string> {
  const users: unknown = parse(yml);
  const rows = Object.entries((users ?? {}) as Record<string, { hash?: unknown } | null>);
  return new Map(rows.flatMap(([name, user]) => (typeof user?.hash === 'string' ? [[name, user.hash]] : [])));
}

/** Whether the header of a request holds the name and password of one of the users. */
export function createLogin(users: ReadonlyMap<string, string>): (header: string | undefined) => boolean {
  // bcrypt is slow on purpose: a login that was good for a hash is not tried again.
  const good = new Map<string, string>();
  return (header = '') => {
    const [, code = ''] = /^Basic (.+)$/i.exec(header) ?? [];
    const [name = '', ...password] = Buffer.from(code, 'base64').toString().split(':');
    const hash = users.get(name);
    if (hash === undefined) return false;
    // Passwords of a bcrypt made elsewhere may be marked $2y$.
    const fits = good.get(header) === hash || compareSync(password.join(':'), hash.replace(/^\$2y\$/, '$2b$'));
    if (fits) good.set(header, hash);
    return fits;
  };
}
