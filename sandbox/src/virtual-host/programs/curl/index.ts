import { posix } from 'node:path';
import { reason } from '../files.ts';
import { type Call, complain, type Program, type Run } from '../program.ts';
import type { Answer } from './answer.ts';
import { fetchIt } from './fetch.ts';
import { type Options, readOptions } from './options.ts';

/** HTTP answers and exit codes after which --retry tries again. */
const TRANSIENT = [408, 429, 500, 502, 503, 504];
const TIMED_OUT = 28;

const curl: Run = async (call) => {
  const options = readOptions(call);
  if (typeof options === 'string') {
    return complain(call, `curl: ${options}\ncurl: try 'curl --help' or 'curl --manual' for more information`, 2);
  }
  let answer = await fetchPatiently(call, options);
  if (answer.exit === 0) answer = deliver(call, options, answer);
  const status = String(answer.status).padStart(3, '0');
  call.out(options.writeOut.replaceAll('\\n', '\n').replaceAll('%{http_code}', status));
  if (answer.exit !== 0 && (!options.silent || options.showError)) {
    call.err(`curl: (${answer.exit}) ${answer.complaint}\n`);
  }
  return answer.exit;
};

async function fetchPatiently(call: Call, options: Options): Promise<Answer> {
  for (let left = options.retries; ; left--) {
    const answer = judge(options, await fetchIt(call, options));
    const passes =
      answer.exit === TIMED_OUT || TRANSIENT.includes(answer.status) || (options.retryAll && answer.exit !== 0);
    if (left <= 0 || !passes) return answer;
    await call.sleep(options.retryDelayMs);
  }
}

/** With --fail, an error that the server tells is one of curl's own. */
function judge({ fail }: Options, answer: Answer): Answer {
  if (!fail || answer.exit !== 0 || answer.status < 400) return answer;
  return { ...answer, exit: 22, complaint: `The requested URL returned error: ${answer.status}` };
}

function deliver(call: Call, { output, createDirs }: Options, answer: Answer): Answer {
  if (output === undefined) call.out(answer.body);
  if (output === undefined || output === '/dev/null') return answer;
  const { files } = call.machine;
  try {
    if (createDirs) files.makeDirectories(posix.dirname(output));
    files.write(output, answer.body, '644');
    return answer;
  } catch (error) {
    return { ...answer, exit: 23, complaint: `Failed writing ${output}: ${reason(error)}` };
  }
}

export const curlPrograms: Record<string, Program> = { curl: { run: curl, from: ['curl'] } };
