/** Adds up the time between the marks of a program. */
export class ProfileClock {
  /** By slot. */
  readonly milliseconds: number[] = [];
  private last = 0;

  /** The time since the last mark belongs to `slot`. */
  readonly mark = (slot: number): void => {
    const now = performance.now();
    this.milliseconds[slot] = (this.milliseconds[slot] ?? 0) + now - this.last;
    this.last = now;
  };

  reset(): void {
    this.milliseconds.length = 0;
  }
}
