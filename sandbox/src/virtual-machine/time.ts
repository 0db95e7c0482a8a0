/** A machine's own time: sleeping moves it on by the whole amount, and takes `scale` of that in the real world. */
export interface Time {
  /** Milliseconds since 1970. */
  now(): number;
  sleep(seconds: number): Promise<void>;
}

export function createTime(scale: number): Time {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    async sleep(seconds) {
      const real = seconds * 1000 * scale;
      await new Promise<void>((resolve) => (real > 0 ? setTimeout(resolve, real) : setImmediate(resolve)));
      ahead += seconds * 1000 - real;
    },
  };
}
