import { pathToFileURL } from 'node:url';
import { generateKong } from '../control-api/src/recipes/kong/generate/generate.ts';
import { readCommittedStack } from './committed-stack.ts';
import { keepFiles } from './generated-files.ts';

/** What kong/kong.yml is to be: for apps on Kong's own host, without consumers and certificates. */
export async function committedKong(): Promise<string> {
  const stack = await readCommittedStack();
  return generateKong({ stack, consumers: [], certificates: [], appsIp: '127.0.0.1' });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await keepFiles('npm run kong:generate', [{ path: 'kong/kong.yml', make: committedKong }]);
}
