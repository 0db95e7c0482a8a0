/** Stands in for the control API: answers /health after a while, tells its environment, and dies when asked to. */
import { createServer } from 'node:http';

const startedAt = Date.now();

createServer((request, response) => {
  if (request.url === '/die') {
    process.stderr.write('the last words\n');
    process.exit(3);
  }
  const early = Date.now() < startedAt + 200;
  response.writeHead(early ? 503 : 200).end(request.url === '/env' ? JSON.stringify(process.env) : '{}');
}).listen(Number(process.env.PORT), '127.0.0.1');

process.on('SIGTERM', () => {
  process.stdout.write('ended in order\n', () => process.exit(0));
});
