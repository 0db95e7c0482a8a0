import { AppError } from '../lib/errors.ts';

/**
 * Of calls that destroy: the caller repeats the name of what will be gone. `what` follows "This".
 * @throws {AppError} confirm_required, which tells what to send
 */
export function requireConfirmation(confirm: string | undefined, name: string, what: string): void {
  if (confirm === name) return;
  throw new AppError('confirm_required', `This ${what}: send "confirm": "${name}".`);
}
