/** Whether the process that left a mark on the disk still runs. */

/** Signal 0 sends nothing and tells whether it could be sent. */
export function isAlive(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // another user's process
  }
}
