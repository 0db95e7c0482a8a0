import { UsageError } from '../../docker/flags.ts';
import { executeTemplate, TemplateError } from '../../docker/go-template.ts';
import { TemplateSyntaxError } from '../../docker/go-template-parser.ts';
import type { Call } from '../program.ts';

/** A command of Docker's client: takes the words after its name. Throws UsageError and EngineError. */
export type Command = (call: Call, words: readonly string[]) => number | Promise<number>;

/**
 * Prints `data` by a Go template and gives the exit code. A template that asks for what is not there costs an empty line
 * on stdout and Go's words on stderr, as with the real client. `struct`: the same as Go's struct, tried first.
 */
export function printFormatted(call: Call, template: string, data: object, struct?: object): number {
  try {
    call.out(`${struct ? structFirst(template, struct, data) : executeTemplate(template, data)}\n`);
    return 0;
  } catch (error) {
    if (error instanceof TemplateSyntaxError)
      throw new UsageError(`template parsing error: template: :1: ${error.message}`, 64);
    if (!(error instanceof TemplateError)) throw error;
    call.out('\n');
    call.err(`template parsing error: ${error.message}\n`);
    return 1;
  }
}

/**
 * `docker inspect` fills its struct, whose field is ID; only when that fails it takes the JSON, whose field is Id and which
 * leaves out what is empty. So {{.Id}} beside {{if .State.Health}} fails for a container without a HEALTHCHECK.
 */
function structFirst(template: string, struct: object, data: object): string {
  try {
    return executeTemplate(template, struct);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return executeTemplate(template, data);
  }
}

/** Exactly so many words, or the client's usage error. */
export function exactly(
  words: readonly string[],
  count: number,
  command: string,
  usage: string,
  about: string,
): string[] {
  if (words.length === count) return [...words];
  throw tooFew(command, `exactly ${count} argument${count === 1 ? '' : 's'}`, usage, about);
}

export function atLeastOne(words: readonly string[], command: string, usage: string, about: string): string[] {
  if (words.length > 0) return [...words];
  throw tooFew(command, 'at least 1 argument', usage, about);
}

function tooFew(command: string, many: string, usage: string, about: string): UsageError {
  return new UsageError(
    `"${command}" requires ${many}.\nSee '${command} --help'.\n\nUsage:  ${command} ${usage}\n\n${about}`,
    1,
  );
}
