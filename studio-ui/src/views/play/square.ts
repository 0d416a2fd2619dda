/** Draws the square between four sounds: the nearer a corner, the more of its colour. */
import { CORNERS, spotOf, weightsAt, type Spot } from '../../state/morph.svelte';
import type { Square } from './drawing';

/** Room around the square for the names of its corners, CSS pixels. */
export const EDGE = 64;

const TINT = 0.42;
const CELLS = 48;

export const spotToScreen = ({ side }: Square, { u, v }: Spot): { left: number; top: number } => {
  const inner = side - 2 * EDGE;
  return { left: EDGE + u * inner, top: EDGE + v * inner };
};

export const spotAt = ({ side }: Square, left: number, top: number): Spot => {
  const inner = side - 2 * EDGE;
  return { u: (left - EDGE) / inner, v: (top - EDGE) / inner };
};

export interface SquareState {
  spot: Spot;
  /** Whether what plays is the sound at the spot. */
  isThere: boolean;
  /** Colours of the corners, `#rrggbb`. */
  colours: readonly string[];
  pulse: number;
  isDark: boolean;
}

export function drawSquare(context: CanvasRenderingContext2D, square: Square, state: SquareState): void {
  const { side } = square;
  const ink = state.isDark ? '#ffffff' : '#15201e';
  context.clearRect(0, 0, side, side);
  context.fillStyle = state.isDark ? '#1a2125' : '#fbfaf6';
  context.fillRect(0, 0, side, side);
  context.save();
  context.beginPath();
  context.roundRect(EDGE, EDGE, side - 2 * EDGE, side - 2 * EDGE, 14);
  context.clip();
  tint(context, square, state);
  context.strokeStyle = ink;
  drawLines(context, square, state);
  context.restore();
  drawHand(context, square, state, ink);
}

function tint(context: CanvasRenderingContext2D, square: Square, { colours }: SquareState): void {
  const inner = square.side - 2 * EDGE;
  const rgb = colours.map((colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)));
  const small = new OffscreenCanvas(CELLS, CELLS);
  const picture = new ImageData(CELLS, CELLS);
  for (let row = 0; row < CELLS; row++) {
    for (let column = 0; column < CELLS; column++) {
      const weights = weightsAt({ u: column / (CELLS - 1), v: row / (CELLS - 1) });
      const mixed = [0, 1, 2].map((i) => weights.reduce((sum, weight, k) => sum + weight * rgb[k]![i]!, 0));
      picture.data.set([...mixed, 255 * TINT], 4 * (row * CELLS + column));
    }
  }
  small.getContext('2d')!.putImageData(picture, 0, 0);
  context.drawImage(small, EDGE, EDGE, inner, inner);
}

/** To each corner a line, the bolder the more of it there is. */
function drawLines(context: CanvasRenderingContext2D, square: Square, { spot, isThere }: SquareState): void {
  const from = spotToScreen(square, spot);
  const weights = weightsAt(spot);
  CORNERS.forEach((corner, index) => {
    const to = spotToScreen(square, spotOf(corner));
    context.globalAlpha = isThere ? 0.3 : 0.12;
    context.lineWidth = 0.75 + 7 * weights[index]!;
    context.beginPath();
    context.moveTo(from.left, from.top);
    context.lineTo(to.left, to.top);
    context.stroke();
  });
  context.globalAlpha = 1;
}

function drawHand(
  context: CanvasRenderingContext2D,
  square: Square,
  { spot, isThere, pulse, isDark }: SquareState,
  ink: string,
): void {
  const { left, top } = spotToScreen(square, spot);
  const ring = (radius: number, style: string, width: number) => {
    context.strokeStyle = style;
    context.lineWidth = width;
    context.beginPath();
    context.arc(left, top, radius, 0, 2 * Math.PI);
    context.stroke();
  };
  if (pulse > 0 && isThere) {
    context.globalAlpha = 0.5 * pulse;
    ring(13 + 22 * (1 - pulse), ink, 2);
    context.globalAlpha = 1;
  }
  context.setLineDash(isThere ? [] : [4, 4]);
  ring(12, isDark ? 'rgb(10 16 18 / 70%)' : 'rgb(255 255 255 / 80%)', 6);
  ring(12, ink, 2.5);
  context.setLineDash([]);
  if (!isThere) return;
  context.fillStyle = ink;
  context.beginPath();
  context.arc(left, top, 3, 0, 2 * Math.PI);
  context.fill();
}
