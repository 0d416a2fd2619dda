/** What was done, so that it can be taken back: steps with a way there and a way back. */

export interface Step {
  /** Words for the screen: "Move", "Keep kick_01.wav". */
  title: string;
  undo: () => Promise<void> | void;
  redo: () => Promise<void> | void;
}

const LONGEST = 500;

export class Timeline {
  private done: Step[] = [];
  private undone: Step[] = [];
  private queue: Promise<void> = Promise.resolve();

  constructor(private readonly onChange: () => void = () => undefined) {}

  get canUndo(): boolean {
    return this.done.length > 0;
  }

  get canRedo(): boolean {
    return this.undone.length > 0;
  }

  /** Remember a step that has just been taken. */
  add(step: Step): void {
    this.done = [...this.done.slice(1 - LONGEST), step];
    this.undone = [];
    this.onChange();
  }

  /** Take the last step back; resolves to it. Steps wait for each other, since some ask the server. */
  undo(): Promise<Step | undefined> {
    return this.move(() => this.turn('undo'));
  }

  redo(): Promise<Step | undefined> {
    return this.move(() => this.turn('redo'));
  }

  /** While a step is turned, new ones may be taken: they come after it, and leave nothing to be done again. */
  private async turn(way: 'undo' | 'redo'): Promise<Step | undefined> {
    const isUndo = way === 'undo';
    const { undone } = this;
    const place = this.done.length;
    const step = (isUndo ? this.done : undone).at(-1);
    if (!step) return undefined;
    await step[way]();
    const isLatest = this.undone === undone;
    if (isUndo) {
      this.done = this.done.filter((other) => other !== step);
      if (isLatest) this.undone = [...undone, step];
    } else {
      this.done = [...this.done.slice(0, place), step, ...this.done.slice(place)];
      if (isLatest) this.undone = undone.slice(0, -1);
    }
    this.onChange();
    return step;
  }

  private move(turn: () => Promise<Step | undefined>): Promise<Step | undefined> {
    const result = this.queue.then(turn);
    this.queue = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }
}
