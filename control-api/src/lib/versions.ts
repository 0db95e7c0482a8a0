/** Above 0 when `a` is newer than `b`, e.g. 3.10.0 than 3.9.0; 0 when they are equal. */
export function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
