/**
 * Draws an image and its layers on the graphics card (WebGL 2). Samples go there once; contrast, colours, zoom and
 * outlines are then a matter of a frame. A stroke sends only the rectangle that it touched.
 */
import type { Pixels, Rectangle, Samples } from '../api.ts';
import { type ChannelView, CLASS_COLOURS, type Colour } from './colours.ts';
import { CHANNELS, CLASSES, HEAT, PLACE } from './shaders.ts';
import type { Tile } from './tiles.ts';
import type { Size, View } from './view.ts';

/** What lies over an image: numbers of classes or objects, or a map from 0 to 1. */
export interface Layer extends Size {
  readonly data: Samples;
  /** The size of the image over which it lies, where it is a smaller copy. */
  readonly over?: Size;
  /** `heat`: a map. Else how numbers get their colours; `numbered`: number + 65,536 x class. */
  readonly kind: 'classes' | 'objects' | 'numbered' | 'numbered-classes' | 'heat' | 'one-colour';
  readonly opacity: number;
  readonly shape: 'filled' | 'outline' | 'both';
  /** For `one-colour`. */
  readonly colour?: Colour;
  /** A number that is shown bright. */
  readonly marked?: number;
}

/** A part of the screen with its layers. */
export interface Pane {
  readonly layers: readonly Layer[];
  /** Where the image is drawn, and the part of it that is let through, in pixels of the screen. */
  readonly left: number;
  readonly from: number;
  readonly to: number;
}

export interface Renderer {
  addTile(tile: Tile, pixels: Pixels): void;
  dropTile(tile: Tile): void;
  clearTiles(): void;
  /** Takes over a rectangle of a layer's data that has changed. */
  update(data: Samples, width: number, area: Rectangle): void;
  /** @param finest the level whose tiles are drawn over the coarser ones; finer ones would only be reduced again */
  draw(
    view: View,
    screen: Size,
    density: number,
    channels: readonly ChannelView[],
    panes: readonly Pane[],
    finest: number,
  ): void;
  dispose(): void;
}

const MOST_CHANNELS = 8;

const COLOURING = { classes: 0, objects: 1, 'one-colour': 2, numbered: 3, 'numbered-classes': 4 } as const;

/** Undefined where the browser has no WebGL 2. */
export function createRenderer(canvas: HTMLCanvasElement): Renderer | undefined {
  const found = canvas.getContext('webgl2', { alpha: false, antialias: false });
  if (found === null) return undefined;
  const gl: WebGL2RenderingContext = found;
  // Numbers beyond 8 bits can be smoothed and reduced only with these.
  const smooth = gl.getExtension('OES_texture_float_linear') !== null;
  const reduced = gl.getExtension('EXT_color_buffer_float') !== null && smooth;
  const programs = {
    channels: program(gl, CHANNELS),
    classes: program(gl, CLASSES),
    heat: program(gl, HEAT),
  };
  /** From coarse to fine. */
  let tiles: (Tile & { readonly texture: WebGLTexture; readonly bytes: boolean })[] = [];
  const textures = new Map<Samples, { readonly texture: WebGLTexture; used: boolean }>();
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  gl.enable(gl.BLEND);
  gl.blendFuncSeparate(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA, gl.ONE, gl.ONE);

  function textureOf({ data, width, height }: Layer): WebGLTexture {
    const known = textures.get(data);
    if (known !== undefined) {
      known.used = true;
      return known.texture;
    }
    const texture = gl.createTexture();
    if (texture === null) throw new Error('The graphics card has no room.');
    gl.bindTexture(gl.TEXTURE_2D, texture);
    const [inside, format, type] = formatOf(gl, data);
    gl.texStorage2D(gl.TEXTURE_2D, 1, inside, width, height);
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, height, format, type, data);
    nearest(gl, gl.TEXTURE_2D);
    textures.set(data, { texture, used: true });
    return texture;
  }

  function drawTiles(
    view: View,
    left: number,
    screen: Size,
    density: number,
    channels: readonly ChannelView[],
    finest: number,
  ) {
    const { handle, at } = programs.channels;
    // biome-ignore lint/correctness/useHookAtTopLevel: it belongs to WebGL, not to React
    gl.useProgram(handle);
    const shown = channels.slice(0, MOST_CHANNELS);
    gl.uniform1i(at('channels'), shown.length);
    for (const [c, { colour, shown: isShown }] of shown.entries()) {
      const [red, green, blue] = isShown ? colour : [0, 0, 0];
      gl.uniform3f(at(`colours[${c}]`), red / 255, green / 255, blue / 255);
    }
    placeView(at, view, left, screen, density);
    // Tiles cover what is below them.
    gl.disable(gl.BLEND);
    for (const { level, place, texture, bytes } of tiles) {
      if (level < finest || !isSeen(place, view, left, screen)) continue;
      // Bytes arrive as 0 to 1 in the program.
      const whole = bytes ? 255 : 1;
      for (const [c, { low, high }] of shown.entries()) {
        gl.uniform2f(at(`contrast[${c}]`), low / whole, Math.max(high, low + 1e-6) / whole);
      }
      gl.uniform4f(at('place'), place.x, place.y, place.width, place.height);
      gl.bindTexture(gl.TEXTURE_2D_ARRAY, texture);
      gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
    }
    gl.enable(gl.BLEND);
  }

  function drawLayer(layer: Layer, view: View, left: number, screen: Size, density: number) {
    const { handle, at } = layer.kind === 'heat' ? programs.heat : programs.classes;
    const texture = textureOf(layer);
    // biome-ignore lint/correctness/useHookAtTopLevel: it belongs to WebGL, not to React
    gl.useProgram(handle);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    const over = layer.over ?? layer;
    gl.uniform4f(at('place'), 0, 0, over.width, over.height);
    gl.uniform2f(at('size'), layer.width, layer.height);
    gl.uniform1f(at('opacity'), layer.opacity);
    placeView(at, view, left, screen, density);
    if (layer.kind !== 'heat') {
      gl.uniform1i(at('shape'), { filled: 0, outline: 1, both: 2 }[layer.shape]);
      gl.uniform1i(at('colouring'), COLOURING[layer.kind]);
      gl.uniform1ui(at('marked'), layer.marked ?? 0);
      gl.uniform1f(at('reach'), Math.max(1, (1.5 * layer.width) / (over.width * view.scale)));
      const palette = layer.colour === undefined ? CLASS_COLOURS : [layer.colour];
      for (const [i, [red, green, blue]] of palette.entries()) {
        gl.uniform3f(at(`palette[${i}]`), red / 255, green / 255, blue / 255);
      }
    }
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  }

  function placeView(at: Program['at'], view: View, left: number, screen: Size, density: number): void {
    gl.uniform3f(at('view'), view.scale * density, (view.x + left) * density, view.y * density);
    gl.uniform2f(at('screen'), screen.width * density, screen.height * density);
  }

  return {
    addTile(tile, { width, height, channels, data }) {
      const texture = gl.createTexture();
      if (texture === null) return;
      gl.bindTexture(gl.TEXTURE_2D_ARRAY, texture);
      const isBytes = data instanceof Uint8Array;
      const levels = isBytes || reduced ? Math.floor(Math.log2(Math.max(width, height))) + 1 : 1;
      gl.texStorage3D(gl.TEXTURE_2D_ARRAY, levels, isBytes ? gl.R8 : gl.R32F, width, height, channels);
      for (let channel = 0; channel < channels; channel++) {
        const plane = planeOf(data, channels, channel);
        gl.texSubImage3D(
          ...([gl.TEXTURE_2D_ARRAY, 0, 0, 0, channel, width, height, 1, gl.RED] as const),
          ...([isBytes ? gl.UNSIGNED_BYTE : gl.FLOAT, plane] as const),
        );
      }
      if (levels > 1) gl.generateMipmap(gl.TEXTURE_2D_ARRAY);
      const far = levels > 1 ? gl.LINEAR_MIPMAP_NEAREST : isBytes || smooth ? gl.LINEAR : gl.NEAREST;
      gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_MIN_FILTER, far);
      // Close up, pixels are to be seen as what they are.
      gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
      gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
      gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
      tiles = [...tiles, { ...tile, texture, bytes: isBytes }].sort((a, b) => b.level - a.level);
    },
    dropTile({ key }) {
      for (const one of tiles) if (one.key === key) gl.deleteTexture(one.texture);
      tiles = tiles.filter((one) => one.key !== key);
    },
    clearTiles() {
      for (const { texture } of tiles) gl.deleteTexture(texture);
      tiles = [];
    },
    update(data, width, { x, y, width: columns, height: rows }) {
      const known = textures.get(data);
      if (known === undefined) return;
      gl.bindTexture(gl.TEXTURE_2D, known.texture);
      gl.pixelStorei(gl.UNPACK_ROW_LENGTH, width);
      gl.pixelStorei(gl.UNPACK_SKIP_PIXELS, x);
      gl.pixelStorei(gl.UNPACK_SKIP_ROWS, y);
      const [, format, type] = formatOf(gl, data);
      gl.texSubImage2D(gl.TEXTURE_2D, 0, x, y, columns, rows, format, type, data);
      gl.pixelStorei(gl.UNPACK_ROW_LENGTH, 0);
      gl.pixelStorei(gl.UNPACK_SKIP_PIXELS, 0);
      gl.pixelStorei(gl.UNPACK_SKIP_ROWS, 0);
    },
    draw(view, screen, density, channels, panes, finest) {
      const [width, height] = [Math.round(screen.width * density), Math.round(screen.height * density)];
      if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
      for (const one of textures.values()) one.used = false;
      gl.viewport(0, 0, width, height);
      gl.disable(gl.SCISSOR_TEST);
      gl.clearColor(0.05, 0.055, 0.065, 1);
      gl.clear(gl.COLOR_BUFFER_BIT);
      gl.enable(gl.SCISSOR_TEST);
      for (const { layers, left, from, to } of panes) {
        gl.scissor(Math.round(from * density), 0, Math.max(0, Math.round((to - from) * density)), height);
        drawTiles(view, left, screen, density, channels, finest);
        for (const layer of layers) drawLayer(layer, view, left, screen, density);
      }
      for (const [data, { texture, used }] of textures) {
        if (used) continue;
        gl.deleteTexture(texture);
        textures.delete(data);
      }
    },
    dispose() {
      gl.getExtension('WEBGL_lose_context')?.loseContext();
    },
  };
}

interface Program {
  readonly handle: WebGLProgram;
  /** Where a variable of the program lies. */
  readonly at: (name: string) => WebGLUniformLocation | null;
}

function program(gl: WebGL2RenderingContext, fragment: string): Program {
  const handle = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, PLACE],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const shader = gl.createShader(type);
    if (shader === null) continue;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(handle, shader);
  }
  gl.linkProgram(handle);
  if (gl.getProgramParameter(handle, gl.LINK_STATUS) !== true && !gl.isContextLost()) {
    throw new Error(`The graphics card cannot draw this: ${gl.getProgramInfoLog(handle)}`);
  }
  const known = new Map<string, WebGLUniformLocation | null>();
  return {
    handle,
    at(name) {
      const found = known.get(name);
      if (found !== undefined) return found;
      const location = gl.getUniformLocation(handle, name);
      known.set(name, location);
      return location;
    },
  };
}

function formatOf(gl: WebGL2RenderingContext, data: Samples): readonly [number, number, number] {
  if (data instanceof Float32Array) return [gl.R32F, gl.RED, gl.FLOAT];
  if (data instanceof Uint32Array) return [gl.R32UI, gl.RED_INTEGER, gl.UNSIGNED_INT];
  if (data instanceof Uint16Array) return [gl.R16UI, gl.RED_INTEGER, gl.UNSIGNED_SHORT];
  return [gl.R8UI, gl.RED_INTEGER, gl.UNSIGNED_BYTE];
}

function nearest(gl: WebGL2RenderingContext, target: number): void {
  gl.texParameteri(target, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  gl.texParameteri(target, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
}

/** One channel of samples that lie channel by channel in each pixel; beyond 8 bits as floats. */
function planeOf(data: Samples, channels: number, channel: number): Uint8Array | Float32Array {
  if (channels === 1 && (data instanceof Uint8Array || data instanceof Float32Array)) return data;
  const pixels = data.length / channels;
  const plane = data instanceof Uint8Array ? new Uint8Array(pixels) : new Float32Array(pixels);
  for (let i = 0, from = channel; i < pixels; i++, from += channels) plane[i] = data[from] as number;
  return plane;
}

function isSeen({ x, y, width, height }: Rectangle, view: View, left: number, screen: Size): boolean {
  const onScreen = (at: number, offset: number): number => at * view.scale + offset;
  return (
    onScreen(x + width, view.x + left) > 0 &&
    onScreen(x, view.x + left) < screen.width &&
    onScreen(y + height, view.y) > 0 &&
    onScreen(y, view.y) < screen.height
  );
}
