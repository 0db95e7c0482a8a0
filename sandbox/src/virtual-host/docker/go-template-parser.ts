export class TemplateSyntaxError extends Error {}

/** `column` of a field is what Go names in errors: of the second name of a chain, or of the only one. */
export type Expression =
  | { type: 'literal'; value: unknown; column: number }
  | { type: 'field'; of?: Expression; path: string[]; column: number }
  | { type: 'call'; name: string; arguments: Expression[] };

export type Node =
  | { type: 'text'; text: string }
  | { type: 'output'; value: Expression }
  | { type: 'if'; condition: Expression; then: Node[]; otherwise: Node[] }
  | { type: 'range'; over: Expression; body: Node[]; otherwise: Node[] };

interface Token {
  text: string;
  column: number;
}

type Part = { text: string } | { tokens: Token[] };

const WORDS = /"(?:[^"\\]|\\.)*"|`[^`]*`|\.[A-Za-z_]\w*|[A-Za-z_]\w*|-?\d+|[().|]|\S/g;

/** Takes a template apart. Throws TemplateSyntaxError. */
export function parseTemplate(template: string, functions: readonly string[]): Node[] {
  const parts = split(template);
  let at = 0;

  /** Nodes up to an `else` or `end` that belongs to whoever called. */
  function block(inside: boolean): { nodes: Node[]; stop: Token[] } {
    const nodes: Node[] = [];
    for (;;) {
      const part = parts[at++];
      if (!part) {
        if (inside) throw new TemplateSyntaxError('unexpected EOF');
        return { nodes, stop: [] };
      }
      if ('text' in part) nodes.push({ type: 'text', text: part.text });
      else if (['end', 'else'].includes(part.tokens[0]?.text ?? '')) {
        if (!inside) throw new TemplateSyntaxError(`unexpected {{${part.tokens[0]?.text}}}`);
        return { nodes, stop: part.tokens };
      } else nodes.push(action(part.tokens));
    }
  }

  function action(tokens: Token[]): Node {
    const word = tokens[0]?.text;
    if (word === 'if') return conditional(tokens.slice(1));
    if (word !== 'range') return { type: 'output', value: pipeline(tokens, 'command', functions) };
    const over = pipeline(tokens.slice(1), 'range', functions);
    const { nodes: body, stop } = block(true);
    const otherwise = stop[0]?.text === 'else' ? block(true).nodes : [];
    return { type: 'range', over, body, otherwise };
  }

  function conditional(tokens: Token[]): Node {
    const condition = pipeline(tokens, 'if', functions);
    const { nodes: then, stop } = block(true);
    if (stop[0]?.text === 'end') return { type: 'if', condition, then, otherwise: [] };
    if (stop[1]?.text === 'if') return { type: 'if', condition, then, otherwise: [conditional(stop.slice(2))] };
    return { type: 'if', condition, then, otherwise: block(true).nodes };
  }

  return block(false).nodes;
}

function split(template: string): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const match of template.matchAll(/\{\{(- )?(.*?)( -)?\}\}/gs)) {
    const text = template.slice(end, match.index);
    const afterTrim = (parts.at(-1) as { trim?: boolean } | undefined)?.trim ? text.trimStart() : text;
    parts.push({ text: match[1] ? afterTrim.trimEnd() : afterTrim });
    const start = match.index + 2 + (match[1]?.length ?? 0);
    const tokens = [...(match[2] ?? '').matchAll(WORDS)].map(({ 0: word, index }) => ({
      text: word,
      column: start + index,
    }));
    parts.push({ tokens, ...(match[3] ? { trim: true } : {}) });
    end = match.index + match[0].length;
  }
  const last = template.slice(end);
  if (last.includes('{{')) throw new TemplateSyntaxError('unclosed action');
  parts.push({ text: (parts.at(-1) as { trim?: boolean } | undefined)?.trim ? last.trimStart() : last });
  return parts;
}

/** `a b | c d`: the value on the left is the last argument on the right. */
function pipeline(tokens: readonly Token[], context: string, functions: readonly string[]): Expression {
  if (tokens.length === 0) throw new TemplateSyntaxError(`missing value for ${context}`);
  let at = 0;
  const peek = () => tokens[at]?.text;

  function pipe(): Expression {
    let value = command();
    while (peek() === '|') {
      at += 1;
      const next = command();
      if (next.type !== 'call') throw new TemplateSyntaxError('non executable command in pipeline');
      value = { ...next, arguments: [...next.arguments, value] };
    }
    return value;
  }

  function command(): Expression {
    const word = peek() ?? '';
    if (!/^[A-Za-z_]/.test(word) || ['true', 'false', 'nil'].includes(word)) return operand();
    if (!functions.includes(word)) throw new TemplateSyntaxError(`function "${word}" not defined`);
    at += 1;
    const operands: Expression[] = [];
    while (at < tokens.length && peek() !== '|' && peek() !== ')') operands.push(operand());
    return { type: 'call', name: word, arguments: operands };
  }

  function operand(): Expression {
    const { text = '', column = 0 } = tokens[at++] ?? {};
    if (text === '(') {
      const inner = pipe();
      if (tokens[at++]?.text !== ')') throw new TemplateSyntaxError('unclosed left paren');
      return chain(inner);
    }
    if (text.startsWith('.'))
      return text === '.' ? { type: 'field', path: [], column } : chain(undefined, text, column);
    if (text.startsWith('"')) return { type: 'literal', value: JSON.parse(text) as unknown, column };
    if (text.startsWith('`')) return { type: 'literal', value: text.slice(1, -1), column };
    if (/^-?\d+$/.test(text)) return { type: 'literal', value: Number(text), column };
    if (['true', 'false', 'nil'].includes(text))
      return { type: 'literal', value: text === 'nil' ? null : text === 'true', column };
    if (functions.includes(text)) return { type: 'call', name: text, arguments: [] };
    throw new TemplateSyntaxError(`unexpected "${text}" in ${context === 'command' ? 'operand' : context}`);
  }

  /** The names that follow without a space. */
  function chain(of: Expression | undefined, first?: string, column = 0): Expression {
    const path = first ? [first.slice(1)] : [];
    let end = column + (first?.length ?? 0);
    let second: number | undefined;
    for (let next = tokens[at]; next && /^\.\w/.test(next.text) && (of || next.column === end); next = tokens[at]) {
      second ??= next.column;
      path.push(next.text.slice(1));
      end = next.column + next.text.length;
      at += 1;
      if (of && tokens[at]?.column !== end) break;
    }
    if (of) return path.length === 0 ? of : { type: 'field', of, path, column: second ?? column };
    return { type: 'field', path, column: second ?? column };
  }

  const value = pipe();
  if (at < tokens.length) throw new TemplateSyntaxError(`unexpected "${tokens[at]?.text}" in ${context}`);
  return value;
}
