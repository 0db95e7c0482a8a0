import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/**
 * Route 53 of the sandbox at another address; after each change of records, and before it is answered, the DNS server of
 * pebble-challtestsrv has the TXT records of that zone.
 */
export async function feedDns(sandboxUrl: string, management: string): Promise<{ url: string; close(): void }> {
  /** By the zone's path. */
  const fed = new Map<string, Record<string, string[]>>();

  async function ask(command: string, body: object): Promise<void> {
    const { ok, status } = await fetch(`${management}/${command}`, { method: 'POST', body: JSON.stringify(body) });
    if (!ok) throw new Error(`${command}: HTTP ${status}`);
  }

  async function feed(path: string, headers: Record<string, string>): Promise<void> {
    const now = textRecords(await (await fetch(`${sandboxUrl}${path}`, { headers })).text());
    const before = fed.get(path) ?? {};
    for (const host of new Set([...Object.keys(before), ...Object.keys(now)])) {
      if (String(before[host]) === String(now[host])) continue;
      // What is set is added to what is there.
      await ask('clear-txt', { host });
      for (const value of now[host] ?? []) await ask('set-txt', { host, value });
    }
    fed.set(path, now);
  }

  async function pass(request: IncomingMessage): Promise<{ status: number; body: string }> {
    const { method = 'GET', url = '/' } = request;
    const body = await text(request);
    const headers = { authorization: String(request.headers.authorization) };
    const answer = await fetch(`${sandboxUrl}${url}`, { method, headers, ...(body ? { body } : {}) });
    const reply = await answer.text();
    const [path] = /^.*\/hostedzone\/\w+\/rrset(?=\/?$)/.exec(url) ?? [];
    if (method === 'POST' && path && answer.ok) await feed(path, headers);
    return { status: answer.status, body: reply };
  }

  const server = createServer((request, response) => {
    pass(request).then(
      ({ status, body }) => response.writeHead(status, { 'content-type': 'text/xml' }).end(body),
      () => request.socket.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Values by absolute name. */
function textRecords(xml: string): Record<string, string[]> {
  const sets = xml.match(/<ResourceRecordSet>.*?<\/ResourceRecordSet>/gs) ?? [];
  const texts = sets.filter((set) => set.includes('<Type>TXT</Type>'));
  return Object.fromEntries(
    texts.map((set) => {
      const values = [...set.matchAll(/<Value>(?:&quot;|")(.*?)(?:&quot;|")<\/Value>/g)].map(([, value = '']) => value);
      return [/<Name>(.*?)<\/Name>/.exec(set)?.[1] ?? '', values];
    }),
  );
}
