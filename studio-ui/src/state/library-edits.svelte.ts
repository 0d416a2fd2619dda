/** What is done to the library, so that one undo takes all of it back: tags, folders, sorting. */
import * as api from '../api/client';
import type { Saying } from '../api/types';
import type { Notices } from './notices.svelte';
import { Timeline, type Step } from './timeline';

export class LibraryEdits {
  canUndo = $state(false);
  canRedo = $state(false);
  private queue: Promise<unknown> = Promise.resolve();
  private readonly steps = new Timeline(() => {
    this.canUndo = this.steps.canUndo;
    this.canRedo = this.steps.canRedo;
  });

  /** `changed` is told of the sounds that are said otherwise now. */
  constructor(
    private readonly notices: Notices,
    private readonly changed: (ids: readonly number[]) => Promise<void>,
  ) {}

  /** Remember a step that has just been taken. */
  add(step: Step): void {
    this.steps.add(step);
  }

  /** Edits go to the server one after the other; each is one step, and what answers it says it back. */
  send(title: string, ids: readonly number[], send: () => Promise<{ sayings: Saying[] }>): void {
    this.notices.speak(title);
    this.queue = this.queue
      .then(async () => this.remember(title, ids, (await send()).sayings))
      .catch((error: unknown) => this.notices.trouble(error))
      .then(() => this.changed(ids))
      .catch((error: unknown) => this.notices.trouble(error));
  }

  /** Do something once everything that was sent before has been answered; what is sent later waits for it. */
  inOrder<T>(act: () => Promise<T>): Promise<T> {
    const done = this.queue.then(act);
    this.queue = done.catch(() => undefined); // whoever asked for it is told
    return done;
  }

  /** Everything that was sent has been answered. */
  async settled(): Promise<void> {
    await this.queue;
  }

  async undo(): Promise<void> {
    await this.queue;
    const step = await this.steps.undo();
    this.notices.show(step ? `Undone: ${step.title}` : 'Nothing to undo');
  }

  async redo(): Promise<void> {
    await this.queue;
    const step = await this.steps.redo();
    this.notices.show(step ? `Done again: ${step.title}` : 'Nothing to redo');
  }

  private remember(title: string, ids: readonly number[], back: Saying[]): void {
    let next = back;
    const turn = async () => {
      next = (await api.say(next)).sayings;
      await this.changed(ids);
    };
    this.steps.add({ title, undo: turn, redo: turn });
  }
}
