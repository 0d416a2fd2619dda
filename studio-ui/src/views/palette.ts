/**
 * Colour and shape of each class of sounds.
 *
 * Colours are told apart with every common kind of colour vision (after Okabe and Ito), and no two classes share both
 * colour and shape, so that nothing rests on colour alone.
 */

export type Shape = 'circle' | 'triangle' | 'square' | 'diamond' | 'plus' | 'ring' | 'wedge' | 'cross';

export interface Mark {
  label: string;
  count: number;
  colour: string;
  shape: Shape;
}

const SHAPES: readonly Shape[] = [
  'circle',
  'triangle',
  'square',
  'diamond',
  'plus',
  'ring',
  'wedge',
  'cross',
];
const DARK = ['#f2a65a', '#79b8ff', '#7fd1ae', '#f6d55c', '#f08bab', '#c6a1f5', '#8fe0f0', '#dcb892'];
const LIGHT = ['#b35400', '#0b62b8', '#0c7350', '#7d6300', '#b82a58', '#6f42b8', '#0a7085', '#6f4c2e'];

/** One mark per label, the most frequent first. */
export function marksOf(labels: readonly string[], isDark: boolean): Mark[] {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const ordered = [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
  const colours = isDark ? DARK : LIGHT;
  return ordered.map(([label, count], i) => ({
    label,
    count,
    colour: colours[i % colours.length]!,
    shape: SHAPES[(i + 3 * Math.floor(i / colours.length)) % SHAPES.length]!,
  }));
}

/** Add a mark's outline to the path of `context`; `ring`, `plus` and `cross` are to be stroked, the others filled. */
export function traceShape(
  context: CanvasRenderingContext2D,
  shape: Shape,
  x: number,
  y: number,
  r: number,
): void {
  const line = (...corners: [number, number][]) => {
    corners.forEach(([dx, dy], i) =>
      i ? context.lineTo(x + dx * r, y + dy * r) : context.moveTo(x + dx * r, y + dy * r),
    );
  };
  if (shape === 'circle' || shape === 'ring') {
    context.moveTo(x + r, y);
    context.arc(x, y, r, 0, 2 * Math.PI);
  } else if (shape === 'plus') {
    line([-1, 0], [1, 0]);
    line([0, -1], [0, 1]);
  } else if (shape === 'cross') {
    line([-0.8, -0.8], [0.8, 0.8]);
    line([-0.8, 0.8], [0.8, -0.8]);
  } else {
    line(...CORNERS[shape]);
    context.closePath();
  }
}

export const isStroked = (shape: Shape): boolean => shape === 'ring' || shape === 'plus' || shape === 'cross';

const CORNERS: Record<'triangle' | 'square' | 'diamond' | 'wedge', [number, number][]> = {
  triangle: [
    [0, -1.15],
    [1.05, 0.75],
    [-1.05, 0.75],
  ],
  wedge: [
    [0, 1.15],
    [1.05, -0.75],
    [-1.05, -0.75],
  ],
  square: [
    [-0.85, -0.85],
    [0.85, -0.85],
    [0.85, 0.85],
    [-0.85, 0.85],
  ],
  diamond: [
    [0, -1.2],
    [1.2, 0],
    [0, 1.2],
    [-1.2, 0],
  ],
};
