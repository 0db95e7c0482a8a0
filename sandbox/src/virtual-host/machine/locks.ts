/** Locks on files, as flock(2) gives them: one holder each, whoever waits longest is next. */
export function createLocks() {
  const held = new Map<string, (() => void)[]>();

  function release(path: string): void {
    const next = held.get(path)?.shift();
    if (next) next();
    else held.delete(path);
  }

  return {
    /** Gives the function that frees the lock; undefined when somebody else had it for `waitMs` milliseconds. */
    async take(path: string, waitMs: number): Promise<(() => void) | undefined> {
      const queue = held.get(path);
      if (!queue) held.set(path, []);
      else if (!(await queued(queue, waitMs))) return undefined;
      return () => release(path);
    },
  };
}

function queued(queue: (() => void)[], waitMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const mine = () => {
      clearTimeout(timer);
      resolve(true);
    };
    const timer = setTimeout(() => {
      queue.splice(queue.indexOf(mine), 1);
      resolve(false);
    }, waitMs);
    queue.push(mine);
  });
}
