import { createServer, type Server } from 'node:http';
import { pathToFileURL } from 'node:url';
import { methods, type Operation, readSpec, type Spec } from '../app-services/service-kit/src/spec.ts';

/**
 * A server that does not listen yet, and answers each operation of these contracts with the contract's own example of success,
 * whatever it is asked: it stands in for services that are not there. Anything else is 404.
 */
export async function standIn(folders: readonly URL[]): Promise<Server> {
  const answers = (await Promise.all(folders.map(readSpec))).flatMap(answersOf);
  // A literal path goes before one with parameters.
  answers.sort((a, b) => a.path.split('{').length - b.path.split('{').length);
  return createServer(({ method, url = '' }, response) => {
    const [path = ''] = url.split('?');
    const found = answers.find((one) => one.method === method?.toLowerCase() && one.pattern.test(path));
    const { status, example } = found ?? { status: 404, example: { message: 'No contract has this.' } };
    response.writeHead(status, example === undefined ? {} : { 'content-type': 'application/json' });
    response.end(JSON.stringify(example));
  });
}

const answersOf = ({ paths }: Spec) =>
  Object.entries(paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      const pattern = new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`);
      return operation ? [{ method, path, pattern, ...exampleOf(operation) }] : [];
    }),
  );

/** Of its answer of success; without one where that is no JSON. */
function exampleOf({ operationId, responses }: Operation): { status: number; example?: unknown } {
  const [status, answer] = Object.entries(responses).find(([code]) => code.startsWith('2')) ?? [];
  if (status === undefined) throw new Error(`${operationId} never succeeds`);
  return { status: Number(status), ...(answer?.content?.['application/json'] as { example?: unknown } | undefined) };
}

const [, program, port, ...folders] = process.argv;
if (program === import.meta.filename) {
  const server = await standIn(folders.map((folder) => pathToFileURL(`${folder}/`)));
  server.listen(Number(port), () => process.stdout.write('listening\n'));
}
