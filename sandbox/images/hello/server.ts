import { createServer } from 'node:http';

// The small app of the demo: it names its version, and answers its health path.
const version = process.argv[2] ?? 'unknown';
const server = createServer(({ url }, response) => {
  response.setHeader('content-type', 'text/plain');
  response.end(url === '/health' ? 'ok\n' : `Hello from FountainAI, version ${version}\n`);
});
server.listen(Number(process.env.PORT ?? 8080), process.env.HOST ?? '0.0.0.0', () => {
  process.stdout.write(`hello ${version} is up\n`);
});
process.once('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
