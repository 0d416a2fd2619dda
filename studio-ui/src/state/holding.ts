/** A button that is held or pressed twice: who cannot hold a key presses it once to begin and once more to end. */

/** Shorter presses begin something that the next press ends. */
export const TAP_MS = 350;

export class Holding {
  private since: number | undefined;
  private isLatched = false;

  constructor(
    private readonly begin: () => void,
    private readonly end: () => void,
  ) {}

  press(now: number): void {
    if (this.isLatched) {
      this.reset();
      this.end();
    } else if (this.since === undefined) {
      this.since = now;
      this.begin();
    }
  }

  release(now: number): void {
    if (this.since === undefined || this.isLatched) return;
    if (now - this.since < TAP_MS) {
      this.isLatched = true;
      return;
    }
    this.reset();
    this.end();
  }

  /** Whatever was begun has ended by itself. */
  reset(): void {
    this.since = undefined;
    this.isLatched = false;
  }
}
