import type { Lightsail as SdkClient } from '@aws-sdk/client-lightsail';

/**
 * Gives the SDK's client for a region. Clients that `read` retry network failures, 5xx and throttling as the SDK does by
 * default (three attempts in all); clients that `create` send a request exactly once.
 */
export type ClientFor = (region: string, purpose: 'read' | 'create') => SdkClient | Promise<SdkClient>;

interface Options {
  /** Leave it out for AWS itself, or for AWS_ENDPOINT_URL_LIGHTSAIL, which the SDK reads by itself. */
  endpoint?: string | undefined;
  /** Milliseconds that one request and its answer may take. */
  requestTimeoutMs?: number;
}

/**
 * Makes clients on demand and keeps them, one per region and purpose. The SDK is loaded with the first (some 65 ms and
 * 30 MB). Credentials come from the SDK's own chain; no logger is set, so no request or answer is ever written anywhere.
 */
export function createLightsailClients({ endpoint, requestTimeoutMs = 20_000 }: Options = {}): ClientFor {
  const clients = new Map<string, Promise<SdkClient>>();

  async function open(region: string, purpose: 'read' | 'create'): Promise<SdkClient> {
    const { Lightsail } = await import('@aws-sdk/client-lightsail');
    return new Lightsail({
      region,
      ...(endpoint ? { endpoint } : {}),
      ...(purpose === 'create' ? { maxAttempts: 1 } : {}),
      requestHandler: { connectionTimeout: 5000, requestTimeout: requestTimeoutMs, throwOnRequestTimeout: true },
    });
  }

  return (region, purpose) => {
    const key = `${region} ${purpose}`;
    const client = clients.get(key) ?? open(region, purpose);
    clients.set(key, client);
    return client;
  };
}
