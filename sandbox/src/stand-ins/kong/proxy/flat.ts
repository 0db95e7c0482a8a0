import { createHash } from 'node:crypto';
import { type Entity, isEntity } from '../schema.ts';

/** An entity of a declarative configuration, wherever it stood in it. */
export interface Row {
  /** Its own, or one made of its names, the same in each load. */
  id: string;
  entity: Entity;
  /** The entities that it belongs to, by the field that names them: what it stands in, or what it names. */
  owners: Readonly<Record<string, Row | undefined>>;
}

export type Rows = Readonly<Record<string, readonly Row[]>>;

/** Which kinds may stand inside which. */
const NESTED: Readonly<Record<string, readonly string[]>> = {
  services: ['routes', 'plugins'],
  routes: ['plugins'],
  consumers: ['plugins', 'keyauth_credentials', 'acls'],
  upstreams: ['targets'],
  certificates: ['snis'],
};
const OWNERS = ['services', 'routes', 'consumers', 'upstreams', 'certificates'];
const fieldOf = (kind: string) => kind.replace(/s$/, '');

/** Every entity by its kind, in the order of the file; the configuration fits its schema. */
export function flatten(tree: Entity): Rows {
  const rows: Record<string, Row[]> = {};
  const add = (kind: string, entity: Entity, above: readonly [string, Row] | undefined) => {
    const owners = above ? { [above[0]]: above[1] } : {};
    const row = { id: idOf(kind, entity, above?.[1]), entity, owners };
    rows[kind] ??= [];
    rows[kind].push(row);
    for (const inside of NESTED[kind] ?? []) {
      for (const one of entitiesIn(entity, inside)) add(inside, one, [fieldOf(kind), row]);
    }
  };
  const kinds = Object.keys(tree).filter((kind) => Array.isArray(tree[kind]) && !kind.startsWith('_'));
  for (const kind of kinds) for (const entity of entitiesIn(tree, kind)) add(kind, entity, undefined);
  for (const row of Object.values(rows).flat()) row.owners = { ...ownersNamed(row.entity, rows), ...row.owners };
  return rows;
}

function entitiesIn(entity: Entity, kind: string): Entity[] {
  const list = entity[kind];
  return Array.isArray(list) ? list.filter(isEntity) : [];
}

function ownersNamed(entity: Entity, rows: Rows): Row['owners'] {
  const named = OWNERS.map((kind) => {
    const name = entity[fieldOf(kind)];
    const found = rows[kind]?.find((row) => [row.entity.name, row.entity.username, row.id].includes(name));
    return [fieldOf(kind), typeof name === 'string' ? found : undefined] as const;
  });
  return Object.fromEntries(named.filter(([, row]) => row !== undefined));
}

function idOf(kind: string, entity: Entity, above: Row | undefined): string {
  if (typeof entity.id === 'string') return entity.id;
  const { name, username, custom_id, key, group, target, paths, hosts, cert } = entity;
  const names = [kind, above?.id, name, username, custom_id, key, group, target, paths, hosts, cert];
  const hash = createHash('sha1').update(JSON.stringify(names)).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-5${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}
