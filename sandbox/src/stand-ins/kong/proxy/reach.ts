/** Where an address of the configuration really is; undefined where nobody listens. */
export type Reach = (host: string, port: number) => { host: string; port: number } | undefined;

/** On a machine of its own. */
export const asItIs: Reach = (host, port) => ({ host, port });
