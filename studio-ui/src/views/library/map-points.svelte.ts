/** The points of the map: where each sound lies, its colour and size, what is chosen, and which is nearest to a place. */
import { readable } from '../../state/tag-colours';
import type { Studio } from '../../state/studio.svelte';
import { Nearest } from './lasso';
import type { Mark, Points } from './points';
import { regionsOf } from './regions';

const SHOWN = 215;
const FAINT = 36;
const CHOSEN = 12; // CSS pixels across, at least

export class MapPoints {
  /** `wide` is the width of the map where its height is 1. */
  constructor(
    private readonly studio: () => Studio,
    private readonly wide: () => number,
  ) {}

  readonly answer = $derived.by(() => this.studio().library.map.places);
  readonly ids = $derived.by(() => this.answer?.ids ?? []);
  private readonly isDark = $derived.by(() => this.studio().settings.isDark);

  /** Two numbers for each sound. */
  readonly places = $derived.by(() => {
    const { x = [], y = [] } = this.answer ?? {};
    const wide = this.wide();
    const places = new Float32Array(2 * x.length);
    for (let i = 0; i < x.length; i++) {
      places[2 * i] = (wide * x[i]!) / 10_000;
      places[2 * i + 1] = y[i]! / 10_000;
    }
    return places;
  });
  readonly nearest = $derived.by(() => new Nearest(this.places, Math.max(1, this.wide())));
  readonly regions = $derived.by(() => (this.answer ? regionsOf(this.answer, this.places) : []));

  /** The place of each sound in the lists of the map. */
  private readonly indices = $derived.by(() => new Map(this.ids.map((id, i) => [id, i])));

  private readonly colours = $derived.by(() => {
    const plain = this.isDark ? ([150, 170, 168] as const) : ([110, 122, 118] as const);
    const { names = [], tags = [] } = this.answer ?? {};
    const { library } = this.studio();
    const tagged = names.map((name) => readable(library.tag(name)?.colour ?? '', this.isDark) ?? plain);
    const shown = new Set(library.ids);
    const colours = new Uint8Array(4 * this.ids.length);
    this.ids.forEach((id, i) => {
      const [r, g, b] = tagged[tags[i]!] ?? plain;
      colours[4 * i] = r;
      colours[4 * i + 1] = g;
      colours[4 * i + 2] = b;
      colours[4 * i + 3] = shown.has(id) ? SHOWN : FAINT;
    });
    return colours;
  });
  /** Where there are many, they are smaller; groups of near-duplicates are larger. */
  private readonly sizes = $derived.by(() => {
    const size = Math.min(7, Math.max(3, 7 * (2000 / (this.ids.length || 1)) ** 0.25));
    return Float32Array.from(
      this.answer?.copies ?? [],
      (copies) => size * Math.min(3, copies > 1 ? 1.6 + 0.25 * Math.log2(copies) : 1),
    );
  });
  private readonly stacks = $derived.by(() =>
    Uint8Array.from(this.answer?.copies ?? [], (copies) => (copies > 1 ? 1 : 0)),
  );

  /** What is drawn before anything is chosen. */
  readonly points = $derived.by((): Points => {
    const { places, colours, sizes, stacks } = this;
    return { places, colours, sizes, stacks };
  });

  /** What is chosen is drawn over it: going from sound to sound draws none of the others anew. */
  readonly marks = $derived.by((): Mark[] => {
    const { library } = this.studio();
    const ink = this.isDark ? 255 : 10;
    const chosen = library.selected.size ? library.selected : new Set([library.focused ?? -1]);
    return [...chosen].flatMap((id) => {
      const index = this.indices.get(id);
      if (index === undefined) return [];
      return [{ index, colour: [ink, ink, ink, 255] as const, size: Math.max(CHOSEN, this.sizes[index]!) }];
    });
  });

  /** Everything that the first touch would have to wait for. */
  prepare(): void {
    void this.nearest;
    void this.marks;
  }
}
