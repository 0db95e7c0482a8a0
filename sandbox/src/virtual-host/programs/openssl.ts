import { generate, type SubjectAltNameEntry } from 'selfsigned';
import { reason } from './files.ts';
import { type Call, complain, type Program, type Run } from './program.ts';

/** The options of `openssl req` that have a value; those without one ask for what is made here anyway. */
const VALUED = ['-newkey', '-days', '-subj', '-addext', '-keyout', '-out'];
const PLAIN = ['-x509', '-nodes'];
const DAY_MS = 86_400_000;

/** `openssl req -x509 -nodes -newkey rsa:BITS`: a key and a real certificate that it signs itself, for addresses and names. */
const openssl: Run = async (call) => {
  const [command, ...words] = call.words;
  const options = command === 'req' ? readOptions(words) : undefined;
  const bits = Number(/^rsa:(\d+)$/.exec(options?.get('-newkey') ?? '')?.[1]);
  if (!options || !bits || !words.includes('-x509')) {
    return complain(call, 'virtual host: openssl makes certificates only: openssl req -x509 -nodes -newkey rsa:...', 1);
  }
  const notBefore = new Date();
  const made = await generate(subjectOf(options.get('-subj') ?? ''), {
    keySize: bits as 2048,
    algorithm: 'sha256',
    notBeforeDate: notBefore,
    notAfterDate: new Date(notBefore.getTime() + Number(options.get('-days') ?? 30) * DAY_MS),
    extensions: [{ name: 'basicConstraints', cA: true, critical: true }, ...namesOf(options.get('-addext') ?? '')],
  });
  if (call.signal.aborted) return 1;
  return keep(call, [
    [options.get('-keyout'), made.private, '600'],
    [options.get('-out'), made.cert, '644'],
  ]);
};

/** Undefined when there is a word that is not known here. */
function readOptions(words: readonly string[]): Map<string, string> | undefined {
  const options = new Map<string, string>();
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (VALUED.includes(word)) options.set(word, words[++at] ?? '');
    else if (!PLAIN.includes(word)) return undefined;
  }
  return options;
}

/** `/CN=opensearch/O=...` */
function subjectOf(text: string): { shortName: string; value: string }[] {
  const parts = text.split('/').filter(Boolean);
  return parts.map((part) => ({ shortName: part.split('=')[0] ?? '', value: part.split('=').slice(1).join('=') }));
}

/** `subjectAltName=IP:127.0.0.1,DNS:name` */
function namesOf(text: string): { name: 'subjectAltName'; altNames: SubjectAltNameEntry[] }[] {
  const [, list] = /^subjectAltName=(.*)$/.exec(text) ?? [];
  if (list === undefined) return [];
  const altNames = list.split(',').map((entry): SubjectAltNameEntry => {
    const value = entry.slice(entry.indexOf(':') + 1);
    return entry.startsWith('IP:') ? { type: 7, ip: value } : { type: 2, value };
  });
  return [{ name: 'subjectAltName', altNames }];
}

function keep(call: Call, files: readonly (readonly [path: string | undefined, text: string, mode: string])[]): number {
  for (const [path, text, mode] of files) {
    try {
      if (path) call.machine.files.write(path, text, mode);
    } catch (error) {
      return complain(call, `Can't open "${path}" for writing, ${reason(error)}`, 1);
    }
  }
  return 0;
}

export const opensslPrograms: Record<string, Program> = { openssl: { run: openssl } };
