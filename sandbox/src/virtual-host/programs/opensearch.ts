import { removePlugin } from '../../stand-ins/opensearch/index.ts';
import { type Call, complain, type Program, type Run } from './program.ts';

const PLUGINS = '/usr/share/opensearch/plugins';
const PROGRAM = '/usr/share/opensearch/bin/opensearch-plugin';
/** What the JVM of a tool takes to start. */
const TOOL_MS = 2000;

/** `runuser --user NAME -- PROGRAM`, of programs that are not root's to run: opensearch-plugin. */
const runuser: Run = async (call) => {
  const [option, user, dashes, program = '', ...words] = call.words;
  if (option !== '--user' || dashes !== '--')
    return complain(call, 'virtual host: runuser takes --user NAME -- PROGRAM', 1);
  const isThere = call.machine.state.packages.opensearch !== undefined;
  if (user !== 'opensearch' || !isThere) return complain(call, `runuser: user ${user} does not exist`, 1);
  if (program !== PROGRAM)
    return complain(call, `runuser: failed to execute ${program}: No such file or directory`, 127);
  await call.sleep(TOOL_MS);
  return opensearchPlugin({ ...call, words });
};

function opensearchPlugin(call: Call): number {
  const [command, name] = call.words;
  const { files } = call.machine;
  const installed = files.isDirectory(PLUGINS) ? files.list(PLUGINS) : [];
  if (command === 'list') {
    call.out(installed.map((one) => `${one}\n`).join(''));
    return 0;
  }
  if (command !== 'remove') return complain(call, `ERROR: Unknown command [${command ?? ''}]`, 64);
  const { exit, out, err } = removePlugin(name, installed);
  call.out(out);
  call.err(err);
  if (exit === 0) files.removeDirectory(`${PLUGINS}/${name}`);
  return exit;
}

export const opensearchPrograms: Record<string, Program> = { runuser: { run: runuser } };
