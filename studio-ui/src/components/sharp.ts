/** Canvases as sharp as the screen. */

/** CSS pixels in pixels of the screen. */
export const sharpSize = (size: number): number => Math.round(size * (window.devicePixelRatio || 1));

/** Make a canvas as sharp as the screen; drawing goes on in CSS pixels. */
export function sharpen(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  canvas.width = sharpSize(width);
  canvas.height = sharpSize(height);
  const context = canvas.getContext('2d')!;
  context.scale(canvas.width / width, canvas.height / height);
  return context;
}
