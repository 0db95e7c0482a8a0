import autocannon from 'autocannon';

export interface Request {
  method: 'GET' | 'POST' | 'PUT';
  path: string;
  /** Sent as JSON. */
  body?: object;
}

export const post = (path: string, body: object): Request => ({ method: 'POST', path, body });

interface Load {
  amount: number;
  connections: number;
  /** In turn, on each connection; a function is asked for each request. */
  requests: readonly (Request | (() => Request))[];
  onAnswer?: (status: number, body: string) => void;
}

/** Sends requests from this process. Milliseconds from the first to the last answer; throws unless all are successes. */
export async function load(url: string, { amount, connections, requests, onAnswer }: Load): Promise<number> {
  let answered = 0;
  const bad = new Map<number, number>();
  const began = performance.now();
  let ended = began;
  await autocannon({
    url,
    amount,
    connections: Math.min(connections, amount),
    timeout: 60,
    // The end is looked for this often, in milliseconds.
    sampleInt: 20,
    requests: requests.map((one) => ({
      ...(typeof one === 'function' ? { setupRequest: (past: object) => ({ ...past, ...wire(one()) }) } : wire(one)),
      onResponse: (status: number, body: string) => {
        ended = performance.now();
        answered++;
        if (status >= 300) bad.set(status, (bad.get(status) ?? 0) + 1);
        onAnswer?.(status, body);
      },
    })),
  });
  const failed = [...bad].map(([status, times]) => `${times} times ${status}`);
  if (answered < amount) failed.push(`${amount - answered} times no answer`);
  if (failed.length > 0) throw new Error(`${url}${JSON.stringify(requests[0])}: ${failed.join(', ')}`);
  return ended - began;
}

const wire = ({ method, path, body }: Request) => ({
  method,
  path,
  ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
});
