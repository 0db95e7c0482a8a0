import { isIPv4, isIPv6 } from 'node:net';

type Problem = (value: string) => string | undefined;

const when =
  (fits: (value: string) => boolean, problem: string): Problem =>
  (value) =>
    fits(value) ? undefined : problem;

const name = when(
  (value) => value === '.' || /^([^.\s"\\]{1,63}\.)*[^.\s"\\]{1,63}\.?$/.test(value),
  'DomainNameNotValid (Value is not a valid domain name)',
);

const text: Problem = (value) => {
  const strings = value.match(/"(?:[^"\\]|\\.)*"/g) ?? [];
  if (strings.join('') !== value.replace(/(?<=")\s+(?=")/g, '') || strings.length === 0) {
    return 'InvalidCharacterString (Value should be enclosed in quotation marks)';
  }
  const length = (one: string) => one.slice(1, -1).replace(/\\([0-7]{3}|.)/g, '?').length;
  return strings.some((one) => length(one) > 255) ? 'CharacterStringTooLong (Value is too long)' : undefined;
};

/** By type; the first four texts were seen from the real service, the others are ours. */
const problems: Record<string, Problem> = {
  A: when(isIPv4, 'ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)'),
  AAAA: when(isIPv6, 'AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address)'),
  TXT: text,
  SPF: text,
  CNAME: name,
  NS: name,
  PTR: name,
  MX: when((value) => /^\d{1,5}\s+\S+$/.test(value), 'MXRRDATANotTwoFields (Value must have a priority and a host)'),
  SRV: when((value) => /^(\d{1,5}\s+){3}\S+$/.test(value), 'SRVRRDATANotFourFields (Value must have four fields)'),
  CAA: when(
    (value) => /^\d{1,3}\s+[a-z0-9]+\s+"[^"]*"$/i.test(value),
    'CAARRDATANotThreeFields (Value must have flags, tag and a value in quotation marks)',
  ),
};

/** What the service says of values that a record of this type cannot have. */
export function valueProblems(type: string, values: readonly string[]): string[] {
  return values.flatMap((value, index) => {
    if (values.indexOf(value) < index) return [`Duplicate Resource Record: '${value}'`];
    const problem = problems[type]?.(value);
    return problem ? [`Invalid Resource Record: 'FATAL problem: ${problem} encountered with '${value}''`] : [];
  });
}
