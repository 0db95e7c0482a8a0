import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentFile, runKong } from '../../../stand-ins/kong/index.ts';
import { signalMaster } from './nginx-pid.ts';

/** The program `kong`: the stand-in's answers, and what `prepare` and `reload` do to the files and the running one. */

const words = process.argv.slice(2);
const { exit, out, err } = runKong(words, (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined));
if (exit === 0 && ['prepare', 'reload'].includes(words[0] ?? '')) act(words[0] as 'prepare' | 'reload');
process.stdout.write(process.exitCode ? '' : out);
process.stderr.write(err);
process.exitCode ||= exit;

function act(command: 'prepare' | 'reload'): void {
  const prefix = optionOf('-p', '--prefix') ?? '/usr/local/kong';
  prepare(prefix);
  if (command === 'prepare' || signalMaster(prefix, 'SIGHUP')) return;
  process.stderr.write(
    `Error: nginx is not running in prefix: ${prefix}\n\n  Run with --v (verbose) or --vv (debug) for more details\n`,
  );
  process.exitCode = 1;
}

/** What nginx goes by is left in its folder: here kong.conf as it is. */
function prepare(prefix: string): void {
  const conf = optionOf('-c', '--conf') ?? '/etc/kong/kong.conf';
  for (const folder of ['logs', 'pids']) mkdirSync(join(prefix, folder), { recursive: true });
  writeFileSync(environmentFile(prefix), existsSync(conf) ? readFileSync(conf) : '');
  writeFileSync(join(prefix, 'nginx.conf'), '# The stand-in goes by .kong_env.\n');
  makeDefaultCertificate(join(prefix, 'ssl'));
}

/** Once: what a client gets who asks for a name without a certificate. */
function makeDefaultCertificate(folder: string): void {
  const [cert, key] = ['kong-default.crt', 'kong-default.key'].map((name) => join(folder, name)) as [string, string];
  if (existsSync(cert)) return;
  mkdirSync(folder, { recursive: true });
  const subject = '/C=US/L=San Francisco/O=Kong/OU=IT Department/CN=localhost';
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '7300'];
  execFileSync('openssl', ['req', '-x509', ...kind, '-subj', subject, '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  });
}

function optionOf(...names: string[]): string | undefined {
  const at = words.findIndex((word) => names.includes(word));
  return at < 0 ? undefined : words[at + 1];
}
