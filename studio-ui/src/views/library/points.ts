/** Points on a canvas in one draw call: WebGL where there is some, plain drawing where there is none. */

export interface View {
  /** The middle of what is seen, in places of the map. */
  x: number;
  y: number;
  /** Pixels for the width of the map. */
  scale: number;
}

export interface Points {
  /** Two numbers each, 0 to 1. */
  places: Float32Array;
  /** Red, green, blue and how solid, each 0 to 255. */
  colours: Uint8Array;
  /** Diameters in CSS pixels. */
  sizes: Float32Array;
  /** 1 where several sounds lie on one place, which is drawn as a point with a ring, 0 elsewhere. */
  stacks: Uint8Array;
}

/** A point that is drawn otherwise. */
export interface Mark {
  index: number;
  colour: readonly [number, number, number, number];
  size: number;
}

export interface Drawer {
  take: (points: Points) => void;
  /** These points of what was taken are drawn otherwise from now on, and those that were so before are plain again. */
  mark: (marks: readonly Mark[]) => void;
  /** `grown` is by how much the points are larger than their sizes say. */
  draw: (view: View, width: number, height: number, grown: number) => void;
}

/** Up to so many marks are written one by one; beyond, all points go to the graphics card at once. */
const ONE_BY_ONE = 64;

/** Beyond so many, plain drawing would not keep up with the hand. */
const MOST_PLAIN = 5000;

export const drawerFor = (canvas: HTMLCanvasElement): Drawer => webglDrawer(canvas) ?? plainDrawer(canvas);

/** Where a place of the map lies on the screen; up is up. */
export const toScreen = (
  view: View,
  width: number,
  height: number,
  x: number,
  y: number,
): [number, number] => [width / 2 + (x - view.x) * view.scale, height / 2 - (y - view.y) * view.scale];

export const toMap = (
  view: View,
  width: number,
  height: number,
  left: number,
  top: number,
): [number, number] => [view.x + (left - width / 2) / view.scale, view.y - (top - height / 2) / view.scale];

const VERTEX = `
attribute vec2 place;
attribute vec4 colour;
attribute float size;
attribute float stack;
uniform vec2 middle;
uniform vec2 stretch;
uniform float zoom;
varying vec4 shade;
varying float ring;
void main() {
  ring = stack;
  gl_Position = vec4((place - middle) * stretch, 0.0, 1.0);
  gl_PointSize = size * zoom;
  shade = colour;
}`;

const FRAGMENT = `
precision mediump float;
varying vec4 shade;
varying float ring;
void main() {
  float far = length(gl_PointCoord - 0.5) * 2.0;
  float gap = ring * smoothstep(0.5, 0.58, far) * (1.0 - smoothstep(0.68, 0.76, far));
  float solid = shade.a * (1.0 - smoothstep(0.86, 1.0, far)) * (1.0 - gap);
  gl_FragColor = vec4(shade.rgb * solid, solid);
}`;

function webglDrawer(canvas: HTMLCanvasElement): Drawer | undefined {
  const gl = canvas.getContext('webgl', { antialias: false, premultipliedAlpha: true });
  if (!gl) return undefined;
  const program = gl.createProgram();
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(kind)!;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) return undefined;
  gl.useProgram(program);
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  const fill = (name: string, count: number, kind: number, normalised: boolean) => {
    const buffer = gl.createBuffer();
    const place = gl.getAttribLocation(program, name);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, count, kind, normalised, 0, 0);
    return {
      all(data: Float32Array | Uint8Array) {
        gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
        gl.bufferData(gl.ARRAY_BUFFER, data, gl.DYNAMIC_DRAW);
      },
      one(data: Float32Array | Uint8Array, index: number) {
        gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
        const some = data.subarray(count * index, count * (index + 1));
        gl.bufferSubData(gl.ARRAY_BUFFER, index * some.byteLength, some);
      },
    };
  };
  const fillPlaces = fill('place', 2, gl.FLOAT, false);
  const fillColours = fill('colour', 4, gl.UNSIGNED_BYTE, true);
  const fillSizes = fill('size', 1, gl.FLOAT, false);
  const fillStacks = fill('stack', 1, gl.UNSIGNED_BYTE, false);
  const uniform = (name: string) => gl.getUniformLocation(program, name);
  const [middle, stretch, zoom] = [uniform('middle'), uniform('stretch'), uniform('zoom')];
  let drawn: Marked | undefined;
  return {
    take(taken) {
      drawn = new Marked(taken);
      fillPlaces.all(taken.places);
      fillStacks.all(taken.stacks);
      fillColours.all(taken.colours);
      fillSizes.all(taken.sizes);
    },
    mark(marks) {
      if (!drawn) return;
      const { points } = drawn;
      const changed = drawn.mark(marks);
      if (changed.length > ONE_BY_ONE) {
        fillColours.all(points.colours);
        fillSizes.all(points.sizes);
        return;
      }
      for (const index of changed) {
        fillColours.one(points.colours, index);
        fillSizes.one(points.sizes, index);
      }
    },
    draw(view, width, height, grown) {
      gl.viewport(0, 0, canvas.width, canvas.height);
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT);
      gl.uniform2f(middle, view.x, view.y);
      gl.uniform2f(stretch, (2 * view.scale) / width, (2 * view.scale) / height);
      gl.uniform1f(zoom, (grown * canvas.width) / width);
      gl.drawArrays(gl.POINTS, 0, drawn?.points.sizes.length ?? 0);
    },
  };
}

/** Points of which some are drawn otherwise. */
export class Marked {
  readonly points: Points;
  private marks: readonly Mark[] = [];

  constructor(private readonly plain: Points) {
    this.points = { ...plain, colours: plain.colours.slice(), sizes: plain.sizes.slice() };
  }

  /** Mark these in place of those that were marked; which points have changed is returned. */
  mark(marks: readonly Mark[]): number[] {
    const { plain, points } = this;
    for (const { index } of this.marks) {
      points.colours.set(plain.colours.subarray(4 * index, 4 * index + 4), 4 * index);
      points.sizes[index] = plain.sizes[index]!;
    }
    for (const { index, colour, size } of marks) {
      points.colours.set(colour, 4 * index);
      points.sizes[index] = size;
    }
    const changed = new Set([...this.marks, ...marks].map(({ index }) => index));
    this.marks = marks;
    return [...changed];
  }
}

function plainDrawer(canvas: HTMLCanvasElement): Drawer {
  const context = canvas.getContext('2d');
  let drawn: Marked | undefined;
  return {
    take: (taken) => (drawn = new Marked(taken)),
    mark: (marks) => void drawn?.mark(marks),
    draw(view, width, height, grown) {
      if (!context || !drawn) return;
      const { places, colours, sizes, stacks } = drawn.points;
      const zoom = canvas.width / width;
      context.setTransform(zoom, 0, 0, zoom, 0, 0);
      context.clearRect(0, 0, width, height);
      const step = Math.ceil(sizes.length / MOST_PLAIN);
      for (let i = 0; i < sizes.length; i += step) {
        const [left, top] = toScreen(view, width, height, places[2 * i]!, places[2 * i + 1]!);
        const [r, g, b, a] = colours.subarray(4 * i, 4 * i + 4);
        context.fillStyle = `rgb(${r} ${g} ${b} / ${a! / 255})`;
        const radius = (grown * sizes[i]!) / 2;
        context.beginPath();
        context.arc(left, top, stacks[i] ? 0.55 * radius : radius, 0, 2 * Math.PI);
        context.fill();
        if (!stacks[i]) continue;
        context.strokeStyle = context.fillStyle;
        context.beginPath();
        context.arc(left, top, 0.9 * radius, 0, 2 * Math.PI);
        context.stroke();
      }
    },
  };
}
