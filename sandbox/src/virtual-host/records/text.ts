/** What `$(...)` makes of an output. */
export function stripNewlines(text: string): string {
  return text.replaceAll('\0', '').replace(/\n+$/, '');
}
