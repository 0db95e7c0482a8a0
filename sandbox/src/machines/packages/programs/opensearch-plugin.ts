import { readdirSync, rmSync } from 'node:fs';
import { removePlugin } from '../../../stand-ins/opensearch/index.ts';

/** `opensearch-plugin list` and `opensearch-plugin remove NAME`, on the folders of the package's plugins. */

const FOLDER = '/usr/share/opensearch/plugins';
const [command, name] = process.argv.slice(2);
const installed = readdirSync(FOLDER).sort();

if (command === 'list') {
  process.stdout.write(installed.map((one) => `${one}\n`).join(''));
} else if (command === 'remove') {
  const { exit, out, err } = removePlugin(name, installed);
  process.stdout.write(out);
  process.stderr.write(err);
  if (exit === 0) rmSync(`${FOLDER}/${name}`, { recursive: true });
  process.exitCode = exit;
} else {
  process.stderr.write(`ERROR: Unknown command [${command ?? ''}]\n`);
  process.exitCode = 64;
}
