/** How much memory this process has had. */
import { readFileSync } from 'node:fs';

/**
 * The most memory that was resident at once, in megabytes. Linux counts `maxRSS` on from the process that started this one, so there
 * the kernel is asked for what this program itself has had.
 */
export function peakMegabytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS / 1024;
  const status = readFileSync('/proc/self/status', 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)![1]) / 1024;
}
