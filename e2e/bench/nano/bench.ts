import { spawnSync } from 'node:child_process';

const [minutes = '10'] = process.argv.slice(2);
if (!/^[1-9]\d{0,2}$/.test(minutes)) throw new Error(`${minutes} is no number of minutes from 1 to 999`);

// The test is the benchmark: only how long its load lasts is another.
const command = [
  'scripts/with-docker-engine.sh',
  'vitest',
  'run',
  '--config',
  'e2e/machines/vitest.config.ts',
  'nano.test',
];
const { status } = spawnSync('bash', command, {
  cwd: new URL('../../../', import.meta.url),
  env: { ...process.env, NANO_MINUTES: minutes },
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
