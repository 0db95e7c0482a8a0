import type { Route53 as SdkClient } from '@aws-sdk/client-route-53';

/** Gives the SDK's client, which tries three times after network failures, 5xx, throttling and PriorRequestNotComplete. */
export type OpenClient = () => Promise<SdkClient>;

interface Options {
  /** Leave it out for AWS itself, or for AWS_ENDPOINT_URL_ROUTE_53, which the SDK reads by itself. */
  endpoint?: string | undefined;
  /** Milliseconds that one request and its answer may take. */
  requestTimeoutMs?: number;
}

/**
 * Makes the client when it is first wanted, and loads the SDK then. Route 53 has no regions: us-east-1 is where it is
 * signed for. Credentials come from the SDK's own chain; no logger is set.
 */
export function createRoute53Client({ endpoint, requestTimeoutMs = 20_000 }: Options = {}): OpenClient {
  let client: Promise<SdkClient> | undefined;

  async function open(): Promise<SdkClient> {
    const { Route53 } = await import('@aws-sdk/client-route-53');
    return new Route53({
      region: 'us-east-1',
      ...(endpoint ? { endpoint } : {}),
      requestHandler: { connectionTimeout: 5000, requestTimeout: requestTimeoutMs, throwOnRequestTimeout: true },
    });
  }

  return () => {
    client ??= open();
    return client;
  };
}
