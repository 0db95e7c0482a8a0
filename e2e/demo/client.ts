/** A client of the control API that knows no more than its HTTP contract: asynchronous calls, followed by their events. */

export interface Answer {
  id: string;
  status: string;
  message: string;
  changed: boolean;
  plan_hash: string | null;
  steps: { name: string; outcome: string; duration_ms: number | null }[];
  result: Record<string, unknown> | null;
  error: { code: string; message: string; hint: string } | null;
}

export interface Call {
  path: string;
  body: Record<string, unknown>;
  dryRun?: boolean;
  ifMatch?: string | undefined;
}

type Follow = (line: string) => void;

/** The call as an operator would type it. */
export function curlLine(baseUrl: string, { path, body, dryRun, ifMatch }: Call): string {
  const fields = Object.entries(body).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  const match = ifMatch === undefined ? '' : ` -H 'If-Match: "${ifMatch}"'`;
  const query = dryRun ? '?dry_run=true' : '';
  return `curl -X POST "${baseUrl}${path}${query}" -H "Content-Type: application/json"${match} -d '{ ${fields.join(', ')} }'`;
}

export function createClient(baseUrl: string) {
  return {
    /** Makes the call with `Prefer: respond-async` and follows its events until it has ended. */
    async operate(call: Call, follow: Follow): Promise<Answer> {
      const response = await fetch(`${baseUrl}${call.path}${call.dryRun ? '?dry_run=true' : ''}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          prefer: 'respond-async',
          ...(call.ifMatch === undefined ? {} : { 'if-match': `"${call.ifMatch}"` }),
        },
        body: JSON.stringify(call.body),
      });
      const location = response.headers.get('location');
      if (response.status !== 202 || !location)
        throw new Error(`${call.path}: ${response.status} ${await response.text()}`);
      await followEvents(`${baseUrl}${location}/events`, follow);
      return (await (await fetch(`${baseUrl}${location}`)).json()) as Answer;
    },
    /** GET; what came back. */
    async see(path: string): Promise<Record<string, unknown>> {
      const response = await fetch(`${baseUrl}${path}`);
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as Record<string, unknown>;
    },
    /** Megabytes that the control API's process occupies. */
    async residentMb(): Promise<number> {
      const metrics = await (await fetch(`${baseUrl}/metrics`)).text();
      const bytes = /^process_resident_memory_bytes (\S+)$/m.exec(metrics)?.[1];
      return Math.round(Number(bytes) / 1e6);
    },
  };
}

/** Reads server-sent events until `done`; each step and line of output becomes one line. */
async function followEvents(url: string, follow: Follow): Promise<void> {
  const response = await fetch(url, { headers: { accept: 'text/event-stream' } });
  if (!response.ok || !response.body) throw new Error(`${url}: ${response.status}`);
  let rest = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = parseEvent(block);
      if (event?.type === 'done') return;
      const line = event && describe(event);
      if (line) follow(line);
    }
  }
}

function parseEvent(block: string): { type: string; data: Record<string, unknown> } | undefined {
  const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1];
  const [type, data] = [field('event'), field('data')];
  return type && data ? { type, data: JSON.parse(data) } : undefined;
}

function describe({ type, data }: { type: string; data: Record<string, unknown> }): string | undefined {
  if (type === 'output') return `  ${String(data.text)}`;
  return data.outcome === 'running' ? `${String(data.name)} …` : `${String(data.name)}: ${String(data.outcome)}`;
}
