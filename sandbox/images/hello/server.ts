import { createServer } from 'node:http';

/** The program of the image ghcr.io/fountain/hello: greets on /, and says on /health that it is well. */
const version = process.argv[2] ?? 'unknown';

const server = createServer((request, response) => {
  const known: Record<string, string> = { '/': `Hello from fountain/hello ${version}\n`, '/health': 'ok\n' };
  const text = known[request.url ?? '/'];
  response.writeHead(text ? 200 : 404, { 'content-type': 'text/plain; charset=utf-8' }).end(text ?? 'not found\n');
});

function end(): void {
  server.close();
  server.closeAllConnections();
}

server.listen(Number(process.env.PORT ?? 8080), process.env.HOST ?? '0.0.0.0', () => {
  console.log(`hello ${version} listens`);
});
process.on('SIGTERM', end);
