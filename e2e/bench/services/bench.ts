import { bundleServices, stopAll } from './processes.ts';
import { benchThroughput } from './throughput.ts';

// Figures, not tests: they are printed, and the limits that the project sets itself stand beside them.
bundleServices();
try {
  await benchThroughput();
} finally {
  await stopAll();
}
