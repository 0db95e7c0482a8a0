/** The part of Go's text/template that `--format` needs: fields, if/else, range, json, println, index, or, and, not, gt, eq. */

type Node =
  | { kind: 'text'; text: string }
  | { kind: 'value'; expression: Expression }
  | { kind: 'if'; branches: { condition: Expression | undefined; body: Node[] }[] }
  | { kind: 'range'; over: Expression; body: Node[] };

/** A function and its arguments, or a single operand. */
type Expression = readonly Operand[];
type Operand = { field: readonly string[] } | { literal: unknown } | { call: string } | { nested: Expression };

/** The template cannot be parsed, or asks for a field that is not there. */
export class TemplateError extends Error {}

/** Renders a template with `data` as its dot. */
export function renderTemplate(template: string, data: unknown): string {
  const tokens = template.split(/(\{\{.*?\}\})/s).filter((token) => token !== '');
  const nodes = parseNodes(tokens, []);
  if (tokens.length > 0) throw new TemplateError(`unexpected ${tokens[0]}`);
  return nodes.map((node) => render(node, data)).join('');
}

function parseNodes(tokens: string[], ends: readonly string[]): Node[] {
  const nodes: Node[] = [];
  for (;;) {
    const token = tokens[0];
    if (token === undefined) {
      if (ends.length > 0) throw new TemplateError('unexpected EOF');
      return nodes;
    }
    const action = actionOf(token);
    if (action !== undefined && ends.some((end) => action === end || action.startsWith(`${end} `))) return nodes;
    tokens.shift();
    if (action === undefined) nodes.push({ kind: 'text', text: token });
    else if (action.startsWith('if ')) nodes.push(parseIf(action.slice(3), tokens));
    else if (action.startsWith('range ')) {
      const body = parseNodes(tokens, ['end']);
      tokens.shift();
      nodes.push({ kind: 'range', over: parseExpression(action.slice(6)), body });
    } else nodes.push({ kind: 'value', expression: parseExpression(action) });
  }
}

function parseIf(first: string, tokens: string[]): Node {
  const branches: { condition: Expression | undefined; body: Node[] }[] = [];
  for (let condition: string | undefined = first; ; ) {
    const body = parseNodes(tokens, ['else', 'end']);
    branches.push({ condition: condition === undefined ? undefined : parseExpression(condition), body });
    const next = actionOf(tokens.shift() ?? '') ?? '';
    if (next === 'end') return { kind: 'if', branches };
    condition = next.startsWith('else if ') ? next.slice(8) : undefined;
  }
}

function actionOf(token: string): string | undefined {
  return /^\{\{-?\s*(.*?)\s*-?\}\}$/s.exec(token)?.[1];
}

function parseExpression(text: string): Expression {
  const words = text.match(/"(?:[^"\\]|\\.)*"|[()]|[^\s()]+/g) ?? [];
  const expression = parseWords(words);
  if (words.length > 0) throw new TemplateError(`unexpected ${words[0]} in ${text}`);
  return expression;
}

function parseWords(words: string[]): Expression {
  const operands: Operand[] = [];
  while (words.length > 0 && words[0] !== ')') {
    const word = words.shift() as string;
    if (word === '(') {
      operands.push({ nested: parseWords(words) });
      words.shift();
    } else if (word.startsWith('.')) operands.push({ field: word.slice(1).split('.').filter(Boolean) });
    else if (/^(".*"|-?\d+|true|false)$/s.test(word)) operands.push({ literal: JSON.parse(word) });
    else operands.push({ call: word });
  }
  if (operands.length === 0) throw new TemplateError('missing value for command');
  return operands;
}

function render(node: Node, data: unknown): string {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'value':
      return print(evaluate(node.expression, data));
    case 'range':
      return (evaluate(node.over, data) as unknown[])
        .map((item) => node.body.map((inner) => render(inner, item)).join(''))
        .join('');
    case 'if': {
      const branch = node.branches.find(({ condition }) => !condition || truthy(evaluate(condition, data)));
      return (branch?.body ?? []).map((inner) => render(inner, data)).join('');
    }
  }
}

const functions: Record<string, (...values: unknown[]) => unknown> = {
  json: (value) => JSON.stringify(value ?? null),
  println: (...values) => `${values.map(print).join(' ')}\n`,
  index: (value, key) => (value as Record<string | number, unknown>)[key as string | number],
  or: (...values) => values.find(truthy) ?? values.at(-1),
  and: (...values) => values.find((value) => !truthy(value)) ?? values.at(-1),
  not: (value) => !truthy(value),
  gt: (a, b) => (a as number) > (b as number),
  eq: (a, b) => a === b,
};

function evaluate(expression: Expression, data: unknown): unknown {
  const [head, ...rest] = expression as [Operand, ...Operand[]];
  const values = rest.map((operand) => operandValue(operand, data));
  if (!('call' in head)) return operandValue(head, data);
  const run = functions[head.call];
  if (!run) throw new TemplateError(`function "${head.call}" not defined`);
  return run(...values);
}

function operandValue(operand: Operand, data: unknown): unknown {
  if ('literal' in operand) return operand.literal;
  if ('nested' in operand) return evaluate(operand.nested, data);
  if ('call' in operand) return evaluate([operand], data);
  return operand.field.reduce((value, name) => {
    if (value === null || typeof value !== 'object' || !(name in value)) {
      throw new TemplateError(`can't evaluate field ${name}`);
    }
    return (value as Record<string, unknown>)[name];
  }, data);
}

function truthy(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return Boolean(value);
}

function print(value: unknown): string {
  if (value === null || value === undefined) return '<no value>';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
