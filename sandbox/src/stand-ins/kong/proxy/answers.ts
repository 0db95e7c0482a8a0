/** An answer of Kong's own. */
export interface Answer {
  status: number;
  /** None where there is no body. */
  message?: string;
  headers?: Readonly<Record<string, string>>;
}

/** What nginx could not do, as kong/error_handlers.lua says it. */
export const BAD_GATEWAY = { status: 502, message: 'An invalid response was received from the upstream server' };
export const TIMED_OUT = { status: 504, message: 'The upstream server is timing out' };
export const UNEXPECTED = { status: 500, message: 'An unexpected error occurred' };

const TYPES: Readonly<Record<string, string>> = {
  'application/json': 'application/json; charset=utf-8',
  'application/*': 'application/json; charset=utf-8',
  'text/html': 'text/html; charset=utf-8',
  'text/plain': 'text/plain; charset=utf-8',
  'text/*': 'text/plain; charset=utf-8',
  'application/xml': 'application/xml; charset=utf-8',
  '*/*': 'application/json; charset=utf-8',
};

/** Of what the client would rather have (kong/tools/http.lua), JSON where it does not say. */
export function bodyOf(message: string, requestId: string, accept: string | undefined): { type: string; text: string } {
  const type = typeFor(accept);
  if (type.startsWith('text/html')) {
    const head = '<head>\n    <meta charset="utf-8">\n    <title>Error</title>\n  </head>';
    const body = `<body>\n    <h1>Error</h1>\n    <p>${message}.</p>\n    <p>request_id: ${requestId}</p>\n  </body>`;
    return { type, text: `<!doctype html>\n<html>\n  ${head}\n  ${body}\n</html>\n` };
  }
  if (type.startsWith('text/plain')) return { type, text: `${message}\nrequest_id: ${requestId}\n` };
  if (type.startsWith('application/xml')) {
    const inside = `  <message>${message}</message>\n  <requestid>${requestId}</requestid>\n`;
    return { type, text: `<?xml version="1.0" encoding="UTF-8"?>\n<error>\n${inside}</error>\n` };
  }
  return { type, text: `{\n  "message":"${message}",\n  "request_id":"${requestId}"\n}` };
}

function typeFor(accept = '*/*'): string {
  let best = { type: TYPES['*/*'] as string, quality: 0 };
  for (const entry of accept.split(',')) {
    const [name = '', ...options] = entry.split(';').map((part) => part.trim().toLowerCase());
    const quality = Number(options.find((option) => option.startsWith('q='))?.slice(2) ?? 1);
    if (quality > best.quality) best = { type: TYPES[name] ?? best.type, quality };
  }
  return best.type;
}
