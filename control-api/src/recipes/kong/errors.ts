import { AppError } from '../../lib/errors.ts';
import { lastLines, linesOf } from '../recipe.ts';
import { listenersIn, portTaken } from './ports.ts';

/** MiB of RAM that Kong needs with one worker, and with another one beside it that checks a configuration. */
export const NEEDED_MB = 400;

/** What `kong config parse` finds wrong; undefined when it did not come as far as that. */
export function explainParse(output: string): AppError | undefined {
  const lines = linesOf(output).filter((line) => !/^Run with --v|^\d{4}\/\d\d\/\d\d .*\[warn\]/.test(line));
  const start = lines.findIndex((line) => line.startsWith('Error: Failed parsing:'));
  if (start < 0) return undefined;
  const said = lines.slice(start + 1);
  return new AppError(
    'kong_config_invalid',
    `Kong does not accept the configuration: ${said.join(' ').slice(0, 1500)}. The running one was not touched.`,
    { details: said.map((message) => ({ message })) },
  );
}

/** Why Kong did not load the file. `output` holds the answers it gave, and then those to the rescue's attempt. */
export function explainLoad(output: string): AppError {
  const codes = linesOf(output).filter((line) => /^\d{3}$/.test(line));
  const restored = codes.length > 1 && codes.at(-1) === '304';
  const after = restored ? 'The previous one was put back and is loaded.' : 'It goes on with what it has loaded.';
  if (codes[0] === '400') {
    return new AppError('kong_config_invalid', `Kong refused to load the configuration (HTTP 400). ${after}`);
  }
  return new AppError('step_failed', `Kong did not load the configuration: ${lastLines(output, 3)}. ${after}`, {
    hint: 'Read `tail /usr/local/kong/logs/error.log` on the host, mend the cause and repeat the call.',
  });
}

/** Why a route is not served. `output` holds the statuses that were answered, and then what became of the rescue. */
export function explainRoute(
  { request, wanted, isFirst }: { request: string; wanted: string; isFirst: boolean },
  output: string,
): AppError {
  const lines = linesOf(output);
  const waited = lines.findIndex((line) => line.startsWith('waited '));
  const status = lines.slice(0, waited < 0 ? undefined : waited).at(-1) ?? '000';
  const restored = waited >= 0 && lines.at(-1) === '304';
  const seen = { '000': 'nothing answers', '404': 'HTTP 404, so it knows no such route' }[status] ?? `HTTP ${status}`;
  const after = restored ? ' The previous configuration was loaded again.' : '';
  const stays = isFirst ? 'There was none before to go back to, so this configuration stays loaded. ' : '';
  return new AppError('step_failed', `The gateway does not serve ${request}: ${wanted} was awaited, ${seen}.${after}`, {
    hint: `${stays}Read \`tail /usr/local/kong/logs/error.log\` on the host, mend the cause and repeat the call.`,
  });
}

/** Why Kong did not start. `output` holds what its unit, its journal and `ss` said. `restored`: the previous configuration is back. */
export function explainStart(output: string, restored: boolean): AppError {
  const lines = linesOf(output);
  const bind = lines.findLast((line) => /bind\(\) to \S+ failed \(98: /.test(line));
  const failed = lines.flatMap((line) => /bind\(\) to \S*:(\d+) failed \(98: /.exec(line)?.[1] ?? []);
  if (bind) {
    const listeners = listenersIn(output).filter(({ port }) => failed.includes(String(port)));
    const unknown = [...new Set(failed)].map((port) => ({ port: Number(port), program: 'another program' }));
    return portTaken(listeners.length > 0 ? listeners : unknown, bind);
  }
  const evidence = lines.filter((line) => !line.startsWith('LISTEN')).slice(-8);
  const after = restored ? ' The configuration before was put back.' : '';
  if (/^Result=oom-kill|out of memory|cannot allocate memory/im.test(output)) {
    return new AppError('insufficient_memory', `Kong was killed for want of memory: ${evidence.join(' | ')}.${after}`, {
      hint: 'Look for what else needs memory there (ps aux --sort -rss | head on the host), or take a larger bundle.',
    });
  }
  return new AppError('step_failed', `Kong does not become ready: ${evidence.join(' | ').slice(-1500)}.${after}`, {
    hint: 'Read `journalctl -u kong -n 50` and /usr/local/kong/logs/error.log on the host, mend the cause and repeat the call.',
  });
}
