import { isIPv4, isIPv6 } from 'node:net';
import { hostProblem, normalName } from './dns-name.ts';
import { quoteText, textProblem, textStrings } from './dns-text.ts';

/** The types of records that can be changed here. */
export const recordTypes = ['A', 'AAAA', 'CNAME', 'TXT', 'MX', 'CAA', 'NS', 'SRV'] as const;
export type RecordType = (typeof recordTypes)[number];

interface Rules {
  problem(value: string): string | undefined;
  wire(value: string): string;
  canonical(value: string): string;
}

/** Characters that Route 53 takes in one value. */
const valueLimit = 4000;

/** What keeps a value from being one of a record of this type; undefined when nothing does. */
export function valueProblem(type: RecordType, value: string): string | undefined {
  const problem = rules[type].problem(value);
  if (problem) return problem;
  return wireValue(type, value).length > valueLimit ? `is longer than ${valueLimit} characters` : undefined;
}

/** A value that has no problem as Route 53 takes it: names without final dot, texts quoted. */
export function wireValue(type: RecordType, value: string): string {
  return rules[type].wire(value);
}

/** A text that is equal for values of this type that mean the same, as the user or as Route 53 writes them. */
export function canonicalValue(type: RecordType, value: string): string {
  return rules[type].canonical(value);
}

/** The same values, whatever their order: DNS gives them in any. */
export function sameValues(type: RecordType, some: readonly string[], others: readonly string[]): boolean {
  const set = (values: readonly string[]) => [...new Set(values.map((value) => canonicalValue(type, value)))].sort();
  return JSON.stringify(set(some)) === JSON.stringify(set(others));
}

const host: Rules = { problem: hostProblem, wire: normalName, canonical: normalName };

const rules: Record<RecordType, Rules> = {
  A: {
    problem: (value) => (isIPv4(value) ? undefined : 'is no IPv4 address, such as 203.0.113.7'),
    wire: (value) => value,
    canonical: (value) => value,
  },
  AAAA: {
    problem: (value) => (isIPv6(value) && !value.includes('%') ? undefined : 'is no IPv6 address, such as 2001:db8::7'),
    wire: shortIPv6,
    canonical: shortIPv6,
  },
  CNAME: host,
  NS: host,
  TXT: {
    problem: textProblem,
    wire: quoteText,
    canonical: (value) => JSON.stringify(textStrings(quoteText(value)) ?? value),
  },
  MX: numbersAndHost(['priority'], '10 mail.example.com'),
  SRV: numbersAndHost(['priority', 'weight', 'port'], '10 5 5060 sip.example.com'),
  CAA: {
    problem: caaProblem,
    wire: caa,
    canonical: caa,
  },
};

/** Its one short form (RFC 5952), which the URL parser gives; another text comes back as it is. */
function shortIPv6(value: string): string {
  return isIPv6(value) ? (URL.parse(`http://[${value}]/`)?.hostname.slice(1, -1) ?? value) : value;
}

/** Numbers of 16 bits, then a host; a lone dot says that there is none (RFC 7505, RFC 2782). */
function numbersAndHost(names: readonly string[], example: string): Rules {
  const form = (value: string) => value.trim().split(/\s+/);
  const wire = (value: string) => {
    const fields = form(value);
    const target = fields.at(-1) ?? '';
    return [...fields.slice(0, -1).map(Number), target === '.' ? target : normalName(target)].join(' ');
  };
  return {
    problem(value) {
      const fields = form(value);
      if (fields.length !== names.length + 1) return `is not "${[...names, 'host'].join(' ')}", such as "${example}"`;
      const wrong = names.find((_, index) => !/^\d{1,5}$/.test(fields[index] ?? '') || Number(fields[index]) > 65535);
      if (wrong) return `has a ${wrong} that is no number from 0 to 65535, as in "${example}"`;
      const target = fields.at(-1) ?? '';
      const problem = target === '.' ? undefined : hostProblem(target);
      return problem && `has a host that ${problem}`;
    },
    wire,
    canonical: wire,
  };
}

const caaForm = /^\s*(\d{1,3})\s+([a-z0-9]{1,15})\s+(?:"([ !#-[\]-~]*)"|([!#-[\]-~]+))\s*$/i;

function caaProblem(value: string): string | undefined {
  const [, flags] = caaForm.exec(value) ?? [];
  if (flags === undefined) return 'is not "flags tag value", such as 0 issue "letsencrypt.org"';
  return Number(flags) > 255 ? 'has flags that are above 255' : undefined;
}

function caa(value: string): string {
  const [, flags, tag = '', quoted, bare] = caaForm.exec(value) ?? [];
  return flags === undefined ? value : `${Number(flags)} ${tag.toLowerCase()} "${quoted ?? bare}"`;
}
