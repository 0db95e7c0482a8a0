// Preloaded into a service's process by `startProcess`: ends it like kill -9 at the point that KILL_AT names.
import { ServerResponse } from 'node:http';
import SqliteDatabase from 'better-sqlite3';
import pg from 'pg';

/** 'commit 2': before the second commit, the first being that of the migrations; 'answer': before any POST is answered. */
const [point, count = '1'] = (process.env.KILL_AT ?? '').split(' ');

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  // The signal may take a moment; nothing may happen in it.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
}

let commits = 0;
function dieBeforeCommit(text: unknown): void {
  if (point === 'commit' && text === 'commit' && ++commits === Number(count)) die();
}

const prepare = SqliteDatabase.prototype.prepare;
SqliteDatabase.prototype.prepare = function (this: SqliteDatabase.Database, text: string) {
  const statement = prepare.call(this, text) as SqliteDatabase.Statement<[]>;
  if (text !== 'commit') return statement;
  const run = statement.run.bind(statement);
  statement.run = () => {
    dieBeforeCommit(text);
    return run();
  };
  return statement;
} as typeof prepare;

const query = pg.Client.prototype.query as (...words: unknown[]) => unknown;
pg.Client.prototype.query = function (this: pg.Client, ...words: unknown[]) {
  dieBeforeCommit(typeof words[0] === 'string' ? words[0] : (words[0] as { text?: string }).text);
  return query.apply(this, words);
} as typeof pg.Client.prototype.query;

const writeHead = ServerResponse.prototype.writeHead as (...words: unknown[]) => ServerResponse;
ServerResponse.prototype.writeHead = function (this: ServerResponse, ...words: unknown[]) {
  if (point === 'answer' && this.req.method === 'POST') die();
  return writeHead.apply(this, words);
} as typeof ServerResponse.prototype.writeHead;
