import { type Expression, type Node, parseTemplate } from './go-template-parser.ts';

/** In the words of Go's text/template; `column` as it counts them. */
export class TemplateError extends Error {}

type Value = unknown;
type Fields = Record<string, Value>;

/**
 * Executes a template of Go on plain data: fields, pipes, if, range, and the functions below; no variables, no `with`.
 * A field that is not there is an error, as it is in a struct. Throws TemplateSyntaxError and TemplateError.
 */
export function executeTemplate(template: string, data: Value): string {
  const nodes = parseTemplate(template, Object.keys(functions));
  return render(nodes, data);
}

/** Go's JSON: like JavaScript's, but < > & are escaped. */
export function goJson(value: Value): string {
  const escaped: Record<string, string> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' };
  return (JSON.stringify(value) ?? 'null').replace(/[<>&]/g, (character) => escaped[character] ?? character);
}

function render(nodes: readonly Node[], dot: Value): string {
  return nodes.map((node) => renderNode(node, dot)).join('');
}

function renderNode(node: Node, dot: Value): string {
  if (node.type === 'text') return node.text;
  if (node.type === 'output') return print(evaluate(node.value, dot));
  if (node.type === 'if') return render(truth(evaluate(node.condition, dot)) ? node.then : node.otherwise, dot);
  const items = evaluate(node.over, dot);
  const list = Array.isArray(items) ? items : sortedValues(items);
  return list.length === 0 ? render(node.otherwise, dot) : list.map((item) => render(node.body, item)).join('');
}

function evaluate(expression: Expression, dot: Value): Value {
  switch (expression.type) {
    case 'literal':
      return expression.value;
    case 'field':
      return fieldOf(expression.of ? evaluate(expression.of, dot) : dot, expression);
    case 'call': {
      const call = functions[expression.name];
      if (!call) throw new TemplateError(`function "${expression.name}" not defined`);
      return call(...expression.arguments.map((argument) => evaluate(argument, dot)));
    }
  }
}

function fieldOf(start: Value, { of, path, column }: Extract<Expression, { type: 'field' }>): Value {
  if (start === '' && of?.type === 'call') throw nilData(of, path[0]);
  let value = start;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !(name in value)) {
      const where = `template: :1:${column}: executing "" at <.${path.join('.')}>`;
      throw new TemplateError(`${where}: map has no entry for key "${name}"`);
    }
    value = (value as Fields)[name];
  }
  return value;
}

/** Of an index that is not there Go names the last word. */
function nilData({ arguments: words }: Extract<Expression, { type: 'call' }>, name = ''): TemplateError {
  const last = words.at(-1);
  const at = last?.type === 'literal' ? `${last.column}: executing "" at <${JSON.stringify(last.value)}>` : '1';
  return new TemplateError(`template: :1:${at}: nil data; no entry for key "${name}"`);
}

const functions: Record<string, (...values: Value[]) => Value> = {
  json: goJson,
  println: (...values) => `${values.map(print).join(' ')}\n`,
  index: (from, ...keys) => keys.reduce((value: Value, key) => (value as Fields | null)?.[String(key)] ?? '', from),
  join: (list, separator) => (list as string[]).join(String(separator)),
  len: (value) => (typeof value === 'object' && value ? Object.keys(value).length : String(value).length),
  or: (...values) => values.find(truth) ?? values.at(-1),
  and: (...values) => values.find((value) => !truth(value)) ?? values.at(-1),
  not: (value) => !truth(value),
  eq: (first, ...others) => others.includes(first),
  ne: (a, b) => a !== b,
  gt: (a, b) => Number(a) > Number(b),
  ge: (a, b) => Number(a) >= Number(b),
  lt: (a, b) => Number(a) < Number(b),
  le: (a, b) => Number(a) <= Number(b),
};

/** False, zero and whatever is empty are untrue. */
function truth(value: Value): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

function sortedValues(value: Value): Value[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, one]) => one);
}

function print(value: Value): string {
  if (value === null || value === undefined) return '<no value>';
  if (Array.isArray(value)) return `[${value.map(print).join(' ')}]`;
  if (typeof value !== 'object') return String(value);
  const pairs = Object.keys(value).sort();
  return `map[${pairs.map((key) => `${key}:${print((value as Fields)[key])}`).join(' ')}]`;
}
