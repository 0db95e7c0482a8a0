import bundlePrograms from '../../bundled-control-api.ts';

const [count = '50'] = process.argv.slice(2);
if (!/^[1-9]\d{0,2}$/.test(count)) throw new Error(`${count} is no number of releases from 1 to 999`);

const removeBundles = await bundlePrograms();
try {
  // Looks for the bundles when it is loaded.
  const { benchGateway } = await import('./runs.ts');
  const problems = await benchGateway(Number(count));
  for (const problem of problems) process.stderr.write(`FAILED: ${problem}\n`);
  if (problems.length > 0) process.exitCode = 1;
} finally {
  await removeBundles();
}
