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
    return this.move(() => this.turn(this.done, this.undone, 'undo'));
  }

  redo(): Promise<Step | undefined> {
    return this.move(() => this.turn(this.undone, this.done, 'redo'));
  }

  private async turn(from: Step[], to: Step[], way: 'undo' | 'redo'): Promise<Step | undefined> {
    const step = from.at(-1);
    if (!step) return undefined;
    await step[way]();
    from.pop();
    to.push(step);
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
