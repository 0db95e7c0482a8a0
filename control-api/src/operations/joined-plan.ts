import type { Plan, Report } from './operation.ts';

/** Two plans as one: the second begins when the first has ended, and says what the answer says. */
export function joinedPlan(first: Plan, second: Plan): Plan {
  const offset = first.steps.length;
  return {
    steps: [...first.steps, ...second.steps],
    hashed: [first.hashed, second.hashed],
    preview: second.preview,
    async apply(report) {
      await first.apply(report);
      return second.apply(behind(report, offset));
    },
  };
}

/** Counts a plan's lines on behind those of another. */
function behind(report: Report, offset: number): Report {
  return {
    begin: (index, update) => report.begin(index + offset, update),
    step: (index, update) => report.step(index + offset, update),
    output: (index, text) => report.output(index + offset, text),
  };
}
