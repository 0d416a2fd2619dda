/** Draws the pad: the samples once, the cursor at every change. Places are in [-1, 1], y upwards. */
import type { PointModel } from '../../api/types';
import type { Place } from '../../state/note';
import { isStroked, traceShape, type Mark } from '../palette';

const MARGIN = 18; // room for the cursor at the edge, CSS pixels

export interface Square {
  /** Side in CSS pixels. */
  side: number;
}

export const toScreen = ({ side }: Square, { x, y }: Place): { left: number; top: number } => {
  const inner = side - 2 * MARGIN;
  return { left: MARGIN + ((x + 1) / 2) * inner, top: MARGIN + ((1 - y) / 2) * inner };
};

export const toPlace = ({ side }: Square, left: number, top: number): Place => {
  const inner = side - 2 * MARGIN;
  return { x: (2 * (left - MARGIN)) / inner - 1, y: 1 - (2 * (top - MARGIN)) / inner };
};

export interface Dots {
  points: readonly PointModel[];
  marks: readonly Mark[];
  /** Label that stands out; all are alike if empty. */
  highlighted: readonly string[];
}

export function drawDots(
  context: CanvasRenderingContext2D,
  square: Square,
  { points, marks, highlighted }: Dots,
): void {
  const radius = points.length > 3000 ? 2 : points.length > 600 ? 2.8 : 3.6;
  for (const { label, colour, shape } of marks) {
    const isFaint = highlighted.length > 0 && !highlighted.includes(label);
    context.globalAlpha = isFaint ? 0.16 : 0.92;
    context.beginPath();
    for (const point of points) {
      if (point.label !== label) continue;
      const { left, top } = toScreen(square, point);
      traceShape(context, shape, left, top, radius * (highlighted.includes(label) ? 1.25 : 1));
    }
    context.fillStyle = context.strokeStyle = colour;
    context.lineWidth = 1.5;
    if (isStroked(shape)) context.stroke();
    else context.fill();
  }
  context.globalAlpha = 1;
}

export interface CursorState {
  place: Place;
  trail: readonly Place[];
  neighbours: readonly Place[];
  /** 1 when the sound has just been hit, falling to 0. */
  pulse: number;
  isDark: boolean;
}

export function drawCursor(context: CanvasRenderingContext2D, square: Square, state: CursorState): void {
  context.clearRect(0, 0, square.side, square.side);
  const ink = state.isDark ? '#ffffff' : '#15201e';
  const halo = state.isDark ? 'rgb(10 16 18 / 70%)' : 'rgb(255 255 255 / 80%)';
  const { left, top } = toScreen(square, state.place);
  drawTrail(context, square, state, ink);
  context.strokeStyle = ink;
  context.globalAlpha = 0.35;
  context.lineWidth = 1;
  context.beginPath();
  for (const neighbour of state.neighbours) {
    const to = toScreen(square, neighbour);
    context.moveTo(left, top);
    context.lineTo(to.left, to.top);
  }
  context.stroke();
  if (state.pulse > 0) {
    context.globalAlpha = 0.5 * state.pulse;
    circle(context, left, top, 13 + 22 * (1 - state.pulse));
    context.lineWidth = 2;
    context.stroke();
  }
  context.globalAlpha = 1;
  for (const [style, width] of [
    [halo, 6],
    [ink, 2.5],
  ] as const) {
    context.strokeStyle = style;
    context.lineWidth = width;
    circle(context, left, top, 12);
    context.stroke();
  }
  context.fillStyle = ink;
  circle(context, left, top, 3);
  context.fill();
}

function drawTrail(
  context: CanvasRenderingContext2D,
  square: Square,
  { trail }: CursorState,
  ink: string,
): void {
  context.strokeStyle = ink;
  context.lineWidth = 1.25;
  for (let i = 1; i < trail.length; i++) {
    const [from, to] = [toScreen(square, trail[i - 1]!), toScreen(square, trail[i]!)];
    context.globalAlpha = 0.3 * (1 - i / trail.length);
    context.beginPath();
    context.moveTo(from.left, from.top);
    context.lineTo(to.left, to.top);
    context.stroke();
  }
}

function circle(context: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
}

export interface SmallPad {
  points: readonly PointModel[];
  marks: readonly Mark[];
  place: Place;
  isDark: boolean;
}

/** A pad of the size of a stamp: dots and the place, nothing else. */
export function drawSmall(
  context: CanvasRenderingContext2D,
  side: number,
  { points, marks, place, isDark }: SmallPad,
): void {
  const inset = 6;
  const at = ({ x, y }: Place): [number, number] => [
    inset + ((x + 1) / 2) * (side - 2 * inset),
    inset + ((1 - y) / 2) * (side - 2 * inset),
  ];
  const colours = new Map(marks.map(({ label, colour }) => [label, colour]));
  context.globalAlpha = 0.8;
  for (const point of points) {
    context.fillStyle = colours.get(point.label) ?? '#888888';
    const [x, y] = at(point);
    context.fillRect(x - 1, y - 1, 2, 2);
  }
  context.globalAlpha = 1;
  context.strokeStyle = isDark ? '#ffffff' : '#15201e';
  context.lineWidth = 2;
  circle(context, ...at(place), 6);
  context.stroke();
}
