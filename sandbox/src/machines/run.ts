import { spawn } from 'node:child_process';

/**
 * Runs a program and returns what it printed. Throws with its last words when it fails; `input` is its stdin, `onLine` gets
 * each line of its output while it runs.
 */
export function run(
  command: string,
  args: readonly string[],
  { input, onLine }: { input?: string | Buffer; onLine?: (line: string) => void } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    let partial = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const lines = (partial + text).split('\n');
      partial = lines.pop() ?? '';
      if (onLine) for (const line of lines) onLine(line);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-4000);
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command} ${args[0] ?? ''} ended with ${signal ?? code}: ${errors.trim()}`));
    });
    // A program that ends without reading its input says why by its exit code.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
