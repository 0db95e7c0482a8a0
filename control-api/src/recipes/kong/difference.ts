import { parse } from 'yaml';

/** By kind of entity (services, routes, plugins, targets, ...): what differs, by name. Kinds without a difference are left out. */
export type KongDifference = Record<string, { added: string[]; removed: string[]; changed: string[] }>;

/**
 * What changes from one declarative configuration to another. Only names are told: other fields may be credentials.
 * A text that does not parse counts as empty.
 */
export function kongDifference(before: string, after: string): KongDifference {
  const [old, wanted] = [entitiesOf(before), entitiesOf(after)];
  const kinds = [...new Set([...wanted.keys(), ...old.keys()])];
  return Object.fromEntries(
    kinds.flatMap((kind) => {
      const change = compare(old.get(kind) ?? new Map(), wanted.get(kind) ?? new Map());
      return Object.values(change).some((names) => names.length > 0) ? [[kind, change]] : [];
    }),
  );
}

type Entity = Record<string, unknown>;
type Entities = Map<string, Map<string, string>>;

/** Kinds whose entities have a field that names them, and which is no secret. Others are numbered, and known by their content. */
const NAMES: Record<string, string> = {
  services: 'name',
  routes: 'name',
  plugins: 'name',
  upstreams: 'name',
  targets: 'target',
  consumers: 'username',
  acls: 'group',
  snis: 'name',
};

function compare(old: ReadonlyMap<string, string>, wanted: ReadonlyMap<string, string>) {
  const [gone, come] = [without(old, wanted), without(wanted, old)];
  return {
    added: come.filter((name) => !gone.includes(name)),
    removed: gone.filter((name) => !come.includes(name)),
    changed: come.filter((name) => gone.includes(name)),
  };
}

/** Names of what `entities` has and `others` has not, or not so. A number may be another one there: the content counts. */
function without(entities: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>): string[] {
  const numbered = [...others].filter(([name]) => NUMBERED.test(name)).map(([name, content]) => above(name) + content);
  return [...entities]
    .filter(([name, content]) =>
      NUMBERED.test(name) ? !numbered.includes(above(name) + content) : others.get(name) !== content,
    )
    .map(([name]) => name);
}

const NUMBERED = /(^|\/)number \d+$/;

function above(name: string): string {
  return name.replace(NUMBERED, '/');
}

function entitiesOf(text: string): Entities {
  const found: Entities = new Map();
  try {
    collect(parse(text), '', found);
  } catch {
    found.clear();
  }
  return found;
}

/** Takes the lists of entities out of `parent`, and those inside them, each list a kind; returns what else there is. */
function collect(parent: unknown, path: string, found: Entities): Entity {
  if (!isEntity(parent)) return {};
  const own: Entity = {};
  for (const [kind, value] of Object.entries(parent)) {
    if (!Array.isArray(value) || value.length === 0 || !value.every(isEntity)) {
      own[kind] = value;
      continue;
    }
    const entities = found.get(kind) ?? new Map<string, string>();
    found.set(kind, entities);
    value.forEach((entity, index) => {
      const name = `${path}${nameOf(kind, entity) ?? `number ${index + 1}`}`;
      entities.set(name, JSON.stringify(sorted(collect(entity, `${name}/`, found))));
    });
  }
  return own;
}

/** A certificate has no name but those that it is for. */
function nameOf(kind: string, entity: Entity): string | undefined {
  if (kind === 'certificates' && Array.isArray(entity.snis)) {
    return entity.snis.map((sni: unknown) => (isEntity(sni) ? sni.name : sni)).join(', ');
  }
  const named = entity[NAMES[kind] ?? ''];
  return typeof named === 'string' ? named : undefined;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isEntity(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}

function isEntity(value: unknown): value is Entity {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
