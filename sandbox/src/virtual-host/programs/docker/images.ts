import { asStruct } from '../../docker/container-json.ts';
import { readFlags, UsageError } from '../../docker/flags.ts';
import { executeTemplate, goJson } from '../../docker/go-template.ts';
import { findImage, imageJson, imageRows, removeReference } from '../../docker/images.ts';
import { parseReference, shown } from '../../docker/reference.ts';
import { EngineError } from '../../docker/state.ts';
import { complain } from '../program.ts';
import { atLeastOne, type Command, exactly, printFormatted } from './command.ts';
import { credentialsFor } from './credentials.ts';

const PULL_MS = 2000;

const pull: Command = async (call, words) => {
  const flags = readFlags(words, { command: 'docker pull', kinds: { 'quiet,q': 'flag' } });
  const about = 'Pull an image or a repository from a registry';
  const [name = ''] = exactly(flags.rest, 1, 'docker pull', '[OPTIONS] NAME[:TAG|@DIGEST]', about);
  let reference: ReturnType<typeof parseReference>;
  try {
    reference = parseReference(name);
  } catch (error) {
    return complain(call, (error as Error).message, 1);
  }
  await call.sleep(PULL_MS);
  const fetched = call.machine.engine.pull(reference, credentialsFor(call, reference.registry));
  if (!flags.has('quiet')) {
    const status = fetched ? 'Downloaded newer image' : 'Image is up to date';
    call.out(
      `${reference.tag ?? shown(reference)}: Pulling from ${reference.path}\nStatus: ${status} for ${shown(reference)}\n`,
    );
  }
  call.out(`${shown(reference)}\n`);
  return 0;
};

const ls: Command = (call, words) => {
  const kinds = { digests: 'flag', 'no-trunc': 'flag', format: 'text' } as const;
  const flags = readFlags(words, { command: 'docker image ls', kinds });
  const format = flags.text('format');
  if (format === undefined) throw new UsageError('virtual host: docker image ls takes a --format', 1);
  for (const row of imageRows(call.machine.engine.state, flags.has('no-trunc'))) {
    const shownRow = flags.has('digests') ? row : { ...row, Digest: '' };
    call.out(`${format === '{{json .}}' ? goJson(shownRow) : executeTemplate(format, shownRow)}\n`);
  }
  return 0;
};

const inspect: Command = (call, words) => {
  const flags = readFlags(words, { command: 'docker image inspect', kinds: { 'format,f': 'text' } });
  const about = 'Display detailed information on one or more images';
  const [name = ''] = atLeastOne(flags.rest, 'docker image inspect', '[OPTIONS] IMAGE [IMAGE...]', about);
  const format = flags.text('format');
  const image = findImage(call.machine.engine.state, name);
  if (!image) {
    call.out(format === undefined ? '[]\n' : '\n');
    return complain(call, `Error: No such image: ${name}`, 1);
  }
  const json = imageJson(image);
  if (format !== undefined) return printFormatted(call, format, json, asStruct(json));
  call.out(`${JSON.stringify([json], null, 4)}\n`);
  return 0;
};

const rm: Command = (call, words) => {
  const flags = readFlags(words, { command: 'docker image rm', kinds: {} });
  const usage = '[OPTIONS] IMAGE [IMAGE...]';
  let exit = 0;
  for (const name of atLeastOne(flags.rest, 'docker image rm', usage, 'Remove one or more images')) {
    try {
      for (const line of removeReference(call.machine.engine.state, name)) call.out(`${line}\n`);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      exit = complain(call, `${error.status === 404 ? 'Error' : 'Error response from daemon'}: ${error.message}`, 1);
    }
  }
  return exit;
};

const own: Record<string, Command> = { pull, ls, inspect, rm };

export const imageCommands: Record<string, Command> = {
  pull,
  image: (call, [command = '', ...words]) => {
    const run = own[command];
    if (!run) throw new UsageError(`docker: 'image ${command}' is not a command of a virtual host.`, 1);
    return run(call, words);
  },
};
