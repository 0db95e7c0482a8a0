import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/**
 * Loaded into a control API before its own program: the files that the query of this module's URL names have there, for it,
 * the text that the query gives. So it finds in /proc what a container finds there.
 */
const { searchParams } = new URL(import.meta.url);
const { readFileSync } = fs;
fs.readFileSync = ((...asked: Parameters<typeof readFileSync>) =>
  searchParams.get(String(asked[0])) ?? readFileSync(...asked)) as typeof readFileSync;
syncBuiltinESMExports();
