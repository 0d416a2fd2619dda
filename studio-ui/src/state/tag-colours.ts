/**
 * Colours of tags as they are shown: those to choose from are told from both grounds, any other is made so.
 *
 * A mark needs a contrast of 3:1 with what it lies on (WCAG 2.2, 1.4.11).
 */

export const LEAST_CONTRAST = 3;

/** What marks lie on, in light and dark: the surfaces of `app.css`, and rows that are selected. */
export const GROUNDS = {
  light: ['#fbfaf6', '#ffffff', '#e4efe9', '#f3f1ea'],
  dark: ['#1a2125', '#232c31', '#22363a', '#12171a'],
} as const;

type Rgb = readonly [number, number, number];

export function rgbOf(colour: string): Rgb | undefined {
  const hex = /^#([0-9a-f]{6})$/i.exec(colour)?.[1];
  if (!hex) return undefined;
  const [r, g, b] = [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16));
  return [r!, g!, b!];
}

/** Relative luminance as WCAG defines it, 0 to 1. */
export function luminanceOf(rgb: Rgb): number {
  const [r, g, b] = rgb.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

export function contrastOf(one: Rgb, other: Rgb): number {
  const [low, high] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => a - b);
  return (high! + 0.05) / (low! + 0.05);
}

const shown = new Map<string, Rgb>();

/** A colour as it is shown: where it is too near to the ground it is darkened or lightened just so far. */
export function readable(colour: string, isDark: boolean): Rgb | undefined {
  const key = `${colour} ${isDark}`;
  const known = shown.get(key);
  if (known) return known;
  const rgb = rgbOf(colour);
  if (!rgb) return undefined;
  const grounds = (isDark ? GROUNDS.dark : GROUNDS.light).map((ground) => rgbOf(ground)!);
  const towards = isDark ? 255 : 0;
  for (let step = 0; step <= 20; step++) {
    const mixed = rgb.map((value) => Math.round(value + ((towards - value) * step) / 20)) as unknown as Rgb;
    if (grounds.some((ground) => contrastOf(mixed, ground) < LEAST_CONTRAST)) continue;
    shown.set(key, mixed);
    return mixed;
  }
  return rgb;
}

export const cssOf = (rgb: Rgb): string => `rgb(${rgb.join(' ')})`;
