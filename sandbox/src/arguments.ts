import { join } from 'node:path';
import { parseArgs } from 'node:util';

export const usage = `npm run sandbox -- [options]

Starts a local cloud and a control API wired to it; Ctrl-C ends both.

  --token VALUE          the control API wants this bearer token (none by default)
  --keep                 keep cloud and DATA_DIR in ./data/sandbox, over restarts
  --machines             real Debian machines in containers (Linux, root, a Docker engine) in place of virtual hosts
  --port N               where the control API listens (8000)
  --lightsail-port N     where the cloud listens (4566); 0 for any free port
  --control-api FILE     another control API than this repository's
  --help                 this text
`;

export interface Arguments {
  token: string | undefined;
  keep: boolean;
  machines: boolean;
  port: number;
  lightsailPort: number;
  controlApi: string;
  help: boolean;
}

export class UsageError extends Error {}

/** Throws UsageError, with a message for the person who typed them. */
export function parseArguments(argv: string[]): Arguments {
  const values = parse(argv);
  return {
    token: values.token,
    keep: values.keep ?? false,
    machines: values.machines ?? false,
    port: port('--port', values.port ?? '8000', 1),
    lightsailPort: port('--lightsail-port', values['lightsail-port'] ?? '4566', 0),
    controlApi: values['control-api'] ?? join(import.meta.dirname, '../../control-api/src/server.ts'),
    help: values.help ?? false,
  };
}

function parse(args: string[]) {
  try {
    const text = { type: 'string' } as const;
    const flag = { type: 'boolean' } as const;
    const options = {
      token: text,
      keep: flag,
      machines: flag,
      port: text,
      'lightsail-port': text,
      'control-api': text,
      help: flag,
    };
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function port(name: string, value: string, lowest: number): number {
  const number = Number(value);
  if (/^\d{1,5}$/.test(value) && number >= lowest && number <= 65535) return number;
  throw new UsageError(`${name} takes a port, ${lowest} to 65535; not ${value}`);
}
