import { keepFiles } from '../../src/orchestration/files.ts';
import { longStory } from './stories.ts';

/** Keeps a long story's files in the folder named on the command line: for tests of processes that end or have no room. */
const [, , folder = ''] = process.argv;
await keepFiles(folder)
  .keep(longStory(2000))
  .catch(({ code }) => {
    process.stdout.write(code);
  });
