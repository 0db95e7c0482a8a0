export interface SentEvent {
  id: number;
  event: string;
  data: Record<string, unknown>;
}

/** Reads server-sent events until the stream ends or `atMost` of them have come; undefined when nothing is left to tell (204). */
export async function readEvents(
  url: string,
  { after, atMost = Number.POSITIVE_INFINITY }: { after?: number; atMost?: number } = {},
): Promise<SentEvent[] | undefined> {
  const headers = after === undefined ? {} : { 'last-event-id': String(after) };
  const response = await fetch(url, { headers });
  if (response.status === 204) return undefined;
  if (!response.ok || !response.body) throw new Error(`${url}: ${response.status}`);
  const events: SentEvent[] = [];
  let rest = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    events.push(...blocks.flatMap(parse));
    if (events.length >= atMost) break;
  }
  return events.slice(0, atMost);
}

function parse(block: string): SentEvent[] {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
  const [id, event, data] = [field('id'), field('event'), field('data')];
  return id && event && data ? [{ id: Number(id), event, data: JSON.parse(data) }] : [];
}
