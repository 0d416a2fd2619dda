/**
 * The hand on the map: a mouse or fingers. A tap is told with its spot, a drag moves the map or draws a lasso, two
 * fingers bring it nearer. Whatever a second finger joins is no tap and no lasso any more.
 */
import { dragged, type Reach, type Size, type Spot } from './seen';
import { toMap, type View } from './points';

/** What moves less is a tap: fingers are less steady than a mouse. */
const STEADY = { mouse: 4, touch: 10 } as const;

/** How near a tap must come to a point. */
export const REACH = { mouse: 14, touch: 24 } as const;

export interface Touch {
  pointerId: number;
  pointerType: string;
  spot: Spot;
  /** Whether it draws a lasso even though the map is not set to. */
  isDrawing?: boolean;
}

export interface Ground {
  readonly size: Size;
  readonly reach: Reach;
  view: View;
  tap: (spot: Spot, reach: number) => void;
  select: (line: readonly (readonly [number, number])[]) => void;
}

export class Hand {
  /** Whether a drag draws a lasso. */
  isLassoing = $state(false);
  /** The lasso that is drawn, in places of the map. */
  line = $state.raw<readonly (readonly [number, number])[]>([]);
  private readonly fingers = new Map<number, Spot>();
  /** Where everything was when the fingers that are down came together. */
  private begun: { view: View; spots: readonly Spot[] } | undefined;
  private isDrawing = false;
  private isTap = false;

  constructor(private readonly ground: Ground) {}

  get isDown(): boolean {
    return this.fingers.size > 0;
  }

  press({ pointerId, spot, isDrawing = false }: Touch): void {
    this.isTap = !this.fingers.size;
    this.isDrawing = this.isTap && (this.isLassoing || isDrawing);
    this.line = [];
    this.fingers.set(pointerId, spot);
    this.begin();
  }

  move({ pointerId, pointerType, spot }: Touch): void {
    const { begun, fingers, ground } = this;
    const first = begun?.spots[0];
    if (!begun || !first || !fingers.has(pointerId)) return;
    fingers.set(pointerId, spot);
    const far = Math.hypot(spot[0] - first[0], spot[1] - first[1]);
    if (this.isTap && far <= steadyOf(pointerType)) return;
    if (this.isDrawing) this.line = [...(this.isTap ? [this.placeOf(first)] : this.line), this.placeOf(spot)];
    else ground.view = dragged(begun.view, ground.size, ground.reach, begun.spots, [...fingers.values()]);
    this.isTap = false;
  }

  release({ pointerId, pointerType, spot }: Touch): void {
    if (!this.fingers.delete(pointerId)) return;
    const { line, isTap } = this;
    this.line = [];
    this.isTap = false;
    if (isTap) this.ground.tap(spot, REACH[kindOf(pointerType)]);
    else if (line.length > 2) this.ground.select(line);
    this.begin();
  }

  /** The system has taken a finger away: what it began is given up. */
  cancel(pointerId: number): void {
    this.fingers.delete(pointerId);
    this.line = [];
    this.isTap = this.isDrawing = false;
    this.begin();
  }

  private begin(): void {
    const spots = [...this.fingers.values()];
    this.begun = spots.length ? { view: this.ground.view, spots } : undefined;
  }

  private placeOf(spot: Spot): [number, number] {
    const { view, size } = this.ground;
    return toMap(view, size.width, size.height, ...spot);
  }
}

const kindOf = (pointerType: string): 'mouse' | 'touch' => (pointerType === 'touch' ? 'touch' : 'mouse');
const steadyOf = (pointerType: string): number => STEADY[kindOf(pointerType)];
