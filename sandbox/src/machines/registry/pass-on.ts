import { type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';

/** Asks the docker-registry behind its socket, and gives its answer as it is. */
export function passOn(
  incoming: IncomingMessage,
  response: ServerResponse,
  socketPath: string,
  headers: IncomingHttpHeaders,
): void {
  const { method, url } = incoming;
  const outgoing = request({ socketPath, method, path: url, headers }, (answered) => {
    response.writeHead(answered.statusCode ?? 502, answered.headers);
    answered.pipe(response);
  });
  outgoing.on('error', () => response.destroy());
  incoming.pipe(outgoing);
}
