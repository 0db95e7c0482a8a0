import { isMap, isNode, isScalar, isSeq, LineCounter, type ParsedNode, parseDocument } from 'yaml';
import type { z } from 'zod';
import { checkWith, type ZodProblem } from '../lib/zod-problems.ts';

export interface FileProblem {
  file: string;
  /** From 1. */
  line: number;
  /** As in `instances.kong.firewall.0`; empty for the file itself. */
  field: string;
  /** As a sentence without its subject: `is missing`. */
  message: string;
}

/** A file of YAML that is as it should be, or what is wrong with it; `at` gives the problem of a field that YAML cannot see. */
export type CheckedYaml<T> =
  | { value: T; problemAt(path: readonly PropertyKey[], message: string): FileProblem }
  | { problems: FileProblem[] };

/**
 * Reads YAML 1.2 and checks it against a schema.
 * @param options.secretive whether what is wrong with the YAML is told without any of its text
 */
export function checkYaml<T>(
  text: string,
  schema: z.ZodType<T>,
  { file, secretive = false }: { file: string; secretive?: boolean },
): CheckedYaml<T> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const problemOf = (line: number, field: string, message: string) => ({ file, line, field, message });
  if (document.errors.length > 0) {
    const said = document.errors.map(({ code, message, pos: [start] }) => {
      const why = secretive ? code.toLowerCase().replaceAll('_', ' ') : message.split(/ at line \d+/)[0];
      return problemOf(lines.linePos(start).line, '', `is no YAML: ${why}`);
    });
    return { problems: said };
  }
  const problemAt = (path: readonly PropertyKey[], message: string) =>
    problemOf(lineOf(document.contents, path, lines), path.map(String).join('.'), message);
  let plain: unknown;
  try {
    plain = document.toJS() ?? {};
  } catch {
    const message = 'is no YAML: an alias without its anchor, or aliases of aliases without end';
    return { problems: [problemOf(1, '', message)] };
  }
  const checked = checkWith(schema, plain);
  if ('value' in checked) return { value: checked.value, problemAt };
  const toProblem = ({ path, message }: ZodProblem) => problemAt(path, message);
  return { problems: checked.problems.map(toProblem) };
}

/** The line of the last part of a path that is there. */
function lineOf(contents: ParsedNode | null, path: readonly PropertyKey[], lines: LineCounter): number {
  let at = contents?.range[0] ?? 0;
  let node: unknown = contents;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (isNode(pair?.key) && pair.key.range) at = pair.key.range[0];
      node = pair?.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      if (isNode(node) && node.range) at = node.range[0];
    } else break;
  }
  return lines.linePos(at).line;
}

/** Up to five problems as one sentence. */
export function listProblems(problems: readonly FileProblem[]): string {
  const said = problems.slice(0, 5).map(({ file, line, field, message }) => {
    const where = `${file}, line ${line}`;
    return field === '' ? `${where}: ${message}` : `${where}: ${field} ${message}`;
  });
  const more = problems.length - said.length;
  const text = more > 0 ? `${said.join('; ')}; and ${more} more` : said.join('; ');
  return /[.?]$/.test(text) ? text : `${text}.`;
}
