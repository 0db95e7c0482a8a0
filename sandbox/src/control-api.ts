import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

export interface ControlApiOptions {
  /** The program to run, a .ts or .js file. */
  file: string;
  port: number;
  sshPort: number;
  cloudUrl: string;
  region: string;
  dataDir: string;
  token: string | undefined;
  vendorSettings: Readonly<Record<string, string>>;
  logFile: string;
}

const startLimitMs = 30_000;
const endLimitMs = 25_000;

/** Starts a control API that knows this cloud and no other; its output goes to the log file. */
export function startControlApi({ file, logFile, ...options }: ControlApiOptions) {
  // A process group of its own: Ctrl-C reaches this process only, which then ends all in order.
  const child = spawn(process.execPath, [file], {
    env: environment(options),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const killNow = () => child.kill('SIGKILL');
  process.once('exit', killNow);
  const lastLines = keepOutput(child, logFile);
  const ended = once(child, 'close').then(([code, signal]) => {
    process.off('exit', killNow);
    return `The control API ended (${signal ?? `exit code ${code}`}). Its last lines:\n${lastLines.join('\n')}\n`;
  });
  return {
    /** Resolves with what its last lines were, once it has ended by itself or been ended. */
    ended,
    /** Until it answers /health. Rejects with its last lines when it ends before, or takes longer than 30 s. */
    async ready(): Promise<void> {
      const limit = new AbortController();
      const gone = ended.then((report) => Promise.reject(new Error(report)));
      const late = delay(startLimitMs, undefined, { signal: limit.signal, ref: false }).then(() => {
        throw new Error(`The control API did not answer within ${startLimitMs / 1000} s:\n${lastLines.join('\n')}\n`);
      });
      try {
        await Promise.race([healthy(options.port, limit.signal), gone, late]);
      } finally {
        limit.abort();
        late.catch(() => undefined);
        gone.catch(() => undefined);
      }
    },
    /** Asks it to end, and kills it when it has not after 25 s. */
    async end(): Promise<void> {
      child.kill('SIGTERM');
      const killing = setTimeout(killNow, endLimitMs);
      await ended;
      clearTimeout(killing);
    },
  };
}

/** Nothing of the caller's AWS settings: whatever the control API asks of AWS, it asks of the sandbox. */
function environment(options: Omit<ControlApiOptions, 'file' | 'logFile'>) {
  const { port, sshPort, cloudUrl, region, dataDir, token, vendorSettings } = options;
  const { PATH, HOME, LANG } = process.env;
  return {
    ...(PATH ? { PATH } : {}),
    ...(HOME ? { HOME } : {}),
    ...(LANG ? { LANG } : {}),
    PORT: String(port),
    DATA_DIR: dataDir,
    SSH_PORT: String(sshPort),
    AWS_REGION: region,
    AWS_ENDPOINT_URL: cloudUrl,
    AWS_ENDPOINT_URL_LIGHTSAIL: cloudUrl,
    AWS_ENDPOINT_URL_ROUTE_53: cloudUrl,
    GITHUB_API_URL: `${cloudUrl}/github`,
    ACME_DIRECTORY_URL: `${cloudUrl}/acme/directory`,
    AWS_ACCESS_KEY_ID: 'AKIASANDBOX',
    AWS_SECRET_ACCESS_KEY: 'sandbox',
    AWS_CONFIG_FILE: join(dataDir, 'no-aws-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(dataDir, 'no-aws-credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
    ...vendorSettings,
    ...(token === undefined ? {} : { CONTROL_API_TOKEN: token }),
  };
}

function keepOutput({ stdout, stderr }: ChildProcess, logFile: string): string[] {
  const log = createWriteStream(logFile, { mode: 0o600 });
  const lastLines: string[] = [];
  for (const input of [stdout, stderr]) {
    if (!input) continue;
    createInterface({ input }).on('line', (line) => {
      log.write(`${line}\n`);
      lastLines.push(line);
      if (lastLines.length > 40) lastLines.shift();
    });
  }
  return lastLines;
}

async function healthy(port: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const response = await fetch(`http://127.0.0.1:${port}/health`, { signal }).catch(() => undefined);
    if (response?.ok) return;
    await delay(50, undefined, { signal }).catch(() => undefined);
  }
}
