/** Which classes play: what the place says, one that a hand chose, or two that it mixes. */
import type { NoteBody } from '../api/types';
import { quantise } from './note';
import type { Session } from './session.svelte';

const EVEN = 0.5;

export class Classes {
  constructor(private readonly session: Session) {}

  /** The class that a hand chose; empty: the place chooses, or a dropped sound. */
  get first(): string {
    return this.session.chosenClasses[0] ?? '';
  }

  /** The class that is mixed with it; empty if there is none. */
  get second(): string {
    return this.session.chosenClasses[1] ?? '';
  }

  /** How much of the second there is, 0 to 1. */
  get share(): number {
    const { classes } = this.session.note;
    const [one, other] = [classes[this.first] ?? 0, classes[this.second] ?? 0];
    return this.second ? quantise(other / (one + other)) : 0;
  }

  /** Whether a hand chose a class, and there are others to mix it with. */
  get canMix(): boolean {
    return this.first !== '' && this.session.classes.length > 1;
  }

  /** Play a class wherever the cursor is, in a mix in place of the first; empty: what lies near the cursor. */
  choose(name: string): void {
    const { second } = this;
    if (name && second) this.play(name, second, this.share);
    else this.session.playClasses(name ? { [name]: 1 } : {});
    this.session.commit(name ? this.words : 'Class by place');
  }

  /** The class `step` further in the list, which begins and ends with none; what it is mixed with stays. */
  chooseBy(step: number): void {
    const choices = ['', ...this.session.classes.filter((name) => name !== this.second)];
    if (choices.length === 1) return;
    const here = Math.max(0, choices.indexOf(this.first));
    this.choose(choices[(here + step + choices.length) % choices.length]!);
  }

  /** Mix the class with another one, at first evenly; empty: with none any more. */
  mixWith(name: string): void {
    if (!this.canMix) return;
    const { first, second, share } = this;
    if (name) this.play(first, name, second ? share : EVEN);
    else this.session.playClasses({ [first]: 1 });
    this.session.commit(this.words);
  }

  /** Play so much of the second class. */
  setShare(share: number): void {
    if (this.second) this.play(this.first, this.second, share);
  }

  settle(): void {
    this.session.commit(this.words);
  }

  private play(first: string, second: string, share: number): void {
    const classes: NoteBody['classes'] = { [first]: quantise(1 - share), [second]: quantise(share) };
    this.session.playClasses(classes);
  }

  private get words(): string {
    return this.second ? `Mix of ${this.first} and ${this.second}` : `Class ${this.first}`;
  }
}
