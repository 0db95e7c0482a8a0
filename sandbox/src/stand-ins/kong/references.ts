import { createHash } from 'node:crypto';
import type { Kind } from './entities.ts';
import { type Entity, isEntity, type Problem } from './schema.ts';

interface Placed {
  kind: string;
  entity: Entity;
  /** Kinds and numbers from the top to it, e.g. ['services', '1', 'routes', '2']. */
  path: readonly string[];
  /** What names the entity around it, '' at the top. */
  parent: string;
}

type Tree = { [key: string]: Problem };

/** Gives what is declared twice, and which names lead nowhere; `configuration` fits the schema. */
export function checkReferences(configuration: Entity, kinds: Readonly<Record<string, Kind>>): Problem | undefined {
  const placed = placesIn(configuration, kinds, [], '');
  const problems: Tree = {};
  checkTwice(placed, kinds, problems);
  checkNames(placed, kinds, problems);
  return Object.keys(problems).length === 0 ? undefined : problems;
}

function placesIn(
  entity: Entity,
  kinds: Readonly<Record<string, Kind>>,
  path: readonly string[],
  parent: string,
): Placed[] {
  return Object.keys(kinds).flatMap((kind) => {
    const entities = entity[kind];
    if (!Array.isArray(entities)) return [];
    return entities.filter(isEntity).flatMap((one, at) => {
      const here = [...path, kind, String(at + 1)];
      return [{ kind, entity: one, path: here, parent }, ...placesIn(one, kinds, here, nameOf(one) ?? here.join('/'))];
    });
  });
}

/** Kong tells it at the entry's number in its own list, or for what has no name of its own, in its parent. */
function checkTwice(placed: readonly Placed[], kinds: Readonly<Record<string, Kind>>, problems: Tree): void {
  const seen = new Set<string>();
  const taken = (key: readonly unknown[]) => {
    const text = JSON.stringify(key);
    const twice = seen.has(text);
    seen.add(text);
    return twice;
  };
  for (const { kind, entity, path, parent } of placed) {
    const { unique, identity, references } = kinds[kind] ?? { references: {} };
    const name = unique && entity[unique];
    const number = path.at(-1) ?? '';
    if (typeof name === 'string' && taken([kind, unique, name])) {
      put(problems, [kind, number], twiceText(kind, unique ?? '', name));
    }
    if (!identity) continue;
    const parts = [...identity, ...Object.keys(references)].map((key) => entity[key] ?? null);
    const key = [kind, parent, ...parts];
    if (taken(key)) {
      put(problems, parent === '' ? [kind, number] : path.slice(-4), twiceText(kind, 'primary key', uuidOf(key)));
    }
  }
}

function twiceText(kind: string, key: string, value: string): string {
  return `uniqueness violation: '${kind}' entity with ${key} set to '${value}' already declared`;
}

/** Of a list's own; Kong makes it from its names by another rule, so that the numbers differ. */
function uuidOf(key: readonly unknown[]): string {
  const hash = createHash('sha1').update(JSON.stringify(key)).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-5${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

function checkNames(placed: readonly Placed[], kinds: Readonly<Record<string, Kind>>, problems: Tree): void {
  const known = new Map<string, Set<unknown>>();
  for (const { kind, entity } of placed) {
    const names = known.get(kind) ?? new Set();
    known.set(kind, names.add(nameOf(entity)).add(entity.id));
  }
  for (const { kind, entity, path } of placed) {
    for (const [field, other] of Object.entries(kinds[kind]?.references ?? {})) {
      const name = entity[field];
      if (typeof name !== 'string' || known.get(other)?.has(name)) continue;
      const at = nameOf(entity) ?? path.at(-1) ?? '';
      put(problems, [kind, at, '1'], `invalid reference '${field}: ${name}' (no such entry in '${other}')`);
    }
  }
}

function nameOf({ name, username, target, id }: Entity): string | undefined {
  const found = name ?? username ?? target ?? id;
  return typeof found === 'string' ? found : undefined;
}

function put(tree: Tree, path: readonly string[], text: string): void {
  const [head = '', ...rest] = path;
  if (rest.length === 0) {
    tree[head] ??= text;
    return;
  }
  const inside = tree[head];
  const next: Tree = typeof inside === 'object' ? inside : {};
  tree[head] = next;
  put(next, rest, text);
}
