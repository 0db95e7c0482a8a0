// The least that creating and listing characters can cost with Fastify and SQLite: the service's SQL and answers, and nothing
// of what else a service does (no contract, checks, metrics or log).
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import Fastify from 'fastify';

const { DATA_DIR = '.', HOST = '127.0.0.1', PORT = '8080' } = process.env;

const file = new SqliteDatabase(join(DATA_DIR, 'bare.sqlite'), { timeout: 5000 });
file.pragma('journal_mode = WAL');
file.pragma('synchronous = NORMAL');
file.pragma('foreign_keys = ON');
file.exec(`
  create table element_counters (element_type text primary key, last_id bigint not null, last_number bigint not null);
  insert into element_counters values ('character', 0, 0);
  create table characters (character_id bigint primary key, created_at text not null, updated_at text not null,
    sequence_number bigint not null, name text not null, description text not null)`);

interface Row {
  character_id: number;
  name: string;
  description: string;
  sequence_number: number;
  created_at: string;
  updated_at: string;
}

const begin = file.prepare('begin immediate');
const commit = file.prepare('commit');
const count = file.prepare<[], { last_id: number; last_number: number }>(
  `update element_counters set last_id = last_id + 1, last_number = last_number + 1
   where element_type = 'character' returning last_id, last_number`,
);
const insert = file.prepare<[string, string, number, number, string, string], Row>(
  `insert into characters (name, description, character_id, sequence_number, created_at, updated_at)
   values (?, ?, ?, ?, ?, ?) returning *`,
);
const total = file.prepare<[], { total: number }>('select count(*) as total from characters');
const page = file.prepare<[number, number], Row>(
  'select * from characters order by character_id limit cast(? as bigint) + 0 offset cast(? as bigint) + 0',
);

const wireOf = (row: Row) => ({
  characterId: row.character_id,
  name: row.name,
  description: row.description,
  sequenceNumber: row.sequence_number,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const app = Fastify();
app.get('/ready', async () => ({}));
app.post<{ Body: { name: string; description: string } }>('/characters', async ({ body }, reply) => {
  const now = new Date().toISOString();
  begin.run();
  const { last_id, last_number } = count.get() ?? { last_id: 0, last_number: 0 };
  const row = insert.get(body.name, body.description, last_id, last_number, now, now) as Row;
  commit.run();
  return reply.code(201).send(wireOf(row));
});
app.get<{ Querystring: { limit?: string; offset?: string } }>('/characters', async ({ query }, reply) => {
  const { limit = 100, offset = 0 } = query;
  reply.header('x-total-count', String(total.get()?.total));
  return page.all(Number(limit), Number(offset)).map(wireOf);
});
process.once('SIGTERM', () => process.exit());
await app.listen({ host: HOST, port: Number(PORT) });
