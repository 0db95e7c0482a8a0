import { removePlugin } from '../../stand-ins/opensearch/index.ts';
import { complain, type Program, type Run } from './program.ts';

const PLUGINS = '/usr/share/opensearch/plugins';
const PROGRAM = '/usr/share/opensearch/bin/opensearch-plugin';
/** What the JVM of a tool takes to start. */
const TOOL_MS = 2000;

/** `/usr/share/opensearch/bin/opensearch-plugin`, for root: the package's files belong to root. */
const opensearchPlugin: Run = async (call) => {
  await call.sleep(TOOL_MS);
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
};

export const opensearchPrograms: Record<string, Program> = {
  [PROGRAM]: { run: opensearchPlugin, from: ['opensearch'] },
};
