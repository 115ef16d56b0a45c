/** Where a run goes when nobody says. */
import { join } from 'node:path';

/** `checkpoints/2026-01-31-140509-mini-xception` in the working folder: sorted by local time, one a second; `what` is trained. */
export function defaultRunFolder(start: Date, what: string): string {
  const [year, month, day] = [start.getFullYear(), start.getMonth() + 1, start.getDate()].map(twoDigits);
  const time = [start.getHours(), start.getMinutes(), start.getSeconds()].map(twoDigits).join('');
  return join('checkpoints', `${year!}-${month!}-${day!}-${time}-${what}`);
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
