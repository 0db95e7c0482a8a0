/** Paths as Kong handles them: kong/tools/uri.lua and get_upstream_uri_v0 of kong/router/utils.lua. */

/** Routes match, and services get, the normal form: what need not be encoded is not, no dots, no empty segments. */
export function normalPath(path: string): string {
  const decoded = path.replace(/%[\da-f]{2}/gi, (code) => {
    const letter = String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return /[\w.~-]/.test(letter) ? letter : code.toUpperCase();
  });
  const kept: string[] = [];
  const parts = decoded.split('/').slice(1);
  for (const part of parts) {
    if (part === '..') kept.pop();
    else if (part !== '.' && part !== '') kept.push(part);
  }
  const folder = ['', '.', '..'].includes(parts.at(-1) ?? '') && kept.length > 0;
  return `/${kept.join('/')}${folder ? '/' : ''}`;
}

/** The path that the service gets; `prefix` is what the route stands for, undefined where it stays. */
export function servicePath(base: string, path: string, prefix: string | undefined): string {
  if (prefix === undefined) {
    if (base.endsWith('/')) return base + path.slice(1);
    return path === '/' ? base : base + path;
  }
  const rest = path.slice(prefix.length).replace(/^\.\.?(\/|$)/, '');
  const stem = base.replace(/\/$/, '');
  if (rest !== '') return `${stem}/${rest.replace(/^\//, '')}`;
  if (stem === '') return '/';
  return path.endsWith('/') && (path.length > 1 || base.endsWith('/')) ? `${stem}/` : stem;
}
