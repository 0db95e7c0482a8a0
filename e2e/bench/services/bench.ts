import { benchMemory } from './memory.ts';
import { bundleServices, stopAll } from './processes.ts';
import { benchSequence } from './sequence.ts';
import { benchStories } from './stories.ts';
import { benchThroughput } from './throughput.ts';

const sections = { memory: benchMemory, throughput: benchThroughput, stories: benchStories, sequence: benchSequence };

// Figures, not tests: they are printed, and the limits that the project sets itself stand beside them. All, or those named.
bundleServices();
const named = process.argv.slice(2);
try {
  for (const [name, bench] of Object.entries(sections)) if (named.length === 0 || named.includes(name)) await bench();
} finally {
  await stopAll();
}
