import { isIP, isIPv4 } from 'node:net';

/** Checks of strings that several entities share: kong/db/schema/typedefs.lua of 3.9.3. */

const NAME =
  /^(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?$/;

interface Address {
  type: 'name' | 'ip';
  port: number | undefined;
}

/** Takes a host, with a port or without, apart; undefined when it is none. */
export function readAddress(text: string): Address | 'invalid port number' | undefined {
  const [, host = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(text) ?? [];
  const bare = isIP(text) ? text : host.replace(/^\[(.*)\]$/, '$1');
  const type = isIP(bare) ? 'ip' : 'name';
  if (type === 'name' && !NAME.test(bare)) return undefined;
  if (port === undefined || isIP(text)) return { type, port: undefined };
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) return 'invalid port number';
  return { type, port: Number(port) };
}

export function checkHost(host: string): string | undefined {
  const address = readAddress(host);
  if (address === undefined) return `invalid value: ${host}`;
  return address === 'invalid port number' || address.port !== undefined ? 'must not have a port' : undefined;
}

export function checkSni(host: string): string | undefined {
  if (host.split('*').length > 2) return 'only one wildcard must be specified';
  if (/.\*./.test(host)) return 'wildcard must be leftmost or rightmost character';
  const plain = host.replace('*', 'wildcard');
  const address = readAddress(plain);
  return typeof address === 'object' && address.type === 'ip' ? 'must not be an IP' : checkHost(plain);
}

export function checkRouteHost(host: string): string | undefined {
  if (host.split('*').length > 2) return 'invalid value: invalid wildcard: must have at most one wildcard';
  if (host.includes('*') && !/^\*\.|\.\*$/.test(host)) {
    return 'invalid value: invalid wildcard: must be placed at leftmost or rightmost label';
  }
  const address = readAddress(host.replaceAll('*', 'abc'));
  return typeof address === 'object' ? undefined : (address ?? 'invalid hostname');
}

export function checkUpstreamName(name: string): string | undefined {
  const address = readAddress(name);
  const wrong = (why: string) => `Invalid name ('${name}'); ${why}`;
  if (typeof address !== 'object') return wrong('must be a valid hostname');
  if (address.type !== 'name') return wrong('no ip addresses allowed');
  return address.port === undefined ? undefined : wrong('no port allowed');
}

export function checkTarget(target: string): string | undefined {
  if (typeof readAddress(target) === 'object') return undefined;
  return `Invalid target ('${target}'); not a valid hostname or ip address`;
}

export function checkPath(path: string): string | undefined {
  if (!path.startsWith('/')) return 'should start with: /';
  if (path.includes('//')) return 'invalid value: must not have empty segments';
  if (!/^\/[\w.\-~/%:@!$&'()*+,;=]*$/.test(path)) {
    return `invalid path: '${path}' (characters outside of the reserved list of RFC 3986 found)`;
  }
  return checkPercent(path);
}

function checkPercent(path: string): string | undefined {
  const bad = /%.?.?/.exec(path.replace(/%[\da-f]{2}/gi, '___'))?.[0];
  return bad && `invalid url-encoded value: '${bad}'`;
}

/** A prefix, or a regular expression behind `~`. */
export function checkRoutePath(path: string): string | undefined {
  if (!/^~?\//.test(path)) return 'invalid value: should start with: / (fixed path) or ~/ (regex path)';
  if (path.includes('//')) return 'invalid value: must not have empty segments';
  if (!path.startsWith('~')) return checkPercent(path) ?? checkNormal(path);
  try {
    new RegExp(path.slice(1));
    return undefined;
  } catch (error) {
    return `invalid regex: '${path.slice(1)}' (PCRE returned: ${(error as Error).message})`;
  }
}

function checkNormal(path: string): string | undefined {
  const unreserved = path.replace(/%[\da-f]{2}/gi, (code) => {
    const letter = String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return /[\w.~-]/.test(letter) ? letter : code.toUpperCase();
  });
  const normal = new URL(`http://host${unreserved}`).pathname;
  const dots = unreserved.split('/').some((part) => part === '.' || part === '..');
  const right = dots ? normal : unreserved;
  return right === path ? undefined : `non-normalized path, consider use '${right}' instead`;
}

export function checkName(name: string): string | undefined {
  if (/^[\w.\-~\u0080-\u{10ffff}]+$/u.test(name)) return undefined;
  return `invalid value '${name}': the only accepted ascii characters are alphanumerics or ., -, _, and ~`;
}

export function checkTag(tag: string): string | undefined {
  if (/^[ !-+\-.0-~\u0080-\u{10ffff}]+$/u.test(tag)) return undefined;
  return `invalid tag '${tag}': expected printable ascii (except \`,\` and \`/\`) or valid utf-8 sequences`;
}

export function checkHeaderName(name: string): string | undefined {
  if (/^[\w-]+$/.test(name)) return undefined;
  return `bad header name '${name}', allowed characters are A-Z, a-z, 0-9, '_', and '-'`;
}

export function checkCidr(range: string): string | undefined {
  const [address = '', bits, ...more] = range.split('/');
  const most = isIPv4(address) ? 32 : 128;
  const good =
    isIP(address) && more.length === 0 && (bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= most));
  return good ? undefined : `invalid ip or cidr range: '${range}'`;
}

export function checkUrl(url: string): string | undefined {
  const [, scheme, host] = /^(?:([a-z][\w+.-]*):)?(?:\/\/(?:[^/@]*@)?([^/:?#]*))?/i.exec(url) ?? [];
  if (!host) return 'missing host in url';
  return scheme ? undefined : 'missing scheme in url';
}

export function checkRegex(value: string): string | undefined {
  try {
    if (value !== '*') new RegExp(value);
    return undefined;
  } catch {
    return `'${value}' is not a valid regex`;
  }
}
