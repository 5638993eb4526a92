/** Tiles of an image as textures: each channel a layer of one. */
import type { Pixels, Rectangle } from '../../api.ts';
import { copyChannel } from '../samples.ts';
import { MOST_CHANNELS, type Scene } from '../scene.ts';
import type { Tile } from '../tiles.ts';
import type { Size, View } from '../view.ts';
import { begin, compile } from './program.ts';
import { CHANNELS } from './shaders.ts';

interface CardTile extends Tile {
  readonly texture: WebGLTexture;
  readonly bytes: boolean;
}

export interface CardTiles {
  add(tile: Tile, pixels: Pixels): void;
  drop(tile: Tile): void;
  clear(): void;
  draw(scene: Scene, left: number): void;
  dispose(): void;
}

export function cardTiles(gl: WebGL2RenderingContext): CardTiles {
  // Numbers beyond 8 bits can be smoothed and reduced only with these.
  const smooth = gl.getExtension('OES_texture_float_linear') !== null;
  const reduced = gl.getExtension('EXT_color_buffer_float') !== null && smooth;
  const program = compile(gl, CHANNELS);
  /** From coarse to fine. */
  let tiles: CardTile[] = [];

  const clear = (): void => {
    for (const { texture } of tiles) gl.deleteTexture(texture);
    tiles = [];
  };

  return {
    clear,
    add(tile, { width, height, channels, data }) {
      const texture = gl.createTexture();
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
      const linear = isBytes || smooth ? gl.LINEAR : gl.NEAREST;
      const far = levels > 1 ? gl.LINEAR_MIPMAP_NEAREST : linear;
      gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_MIN_FILTER, far);
      // Close up, pixels are to be seen as what they are; those of a smaller copy are none of the image.
      gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_MAG_FILTER, tile.level > 0 ? linear : gl.NEAREST);
      gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
      gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
      tiles = [...tiles, { ...tile, texture, bytes: isBytes }].sort((a, b) => b.level - a.level);
    },
    drop({ key }) {
      for (const one of tiles) if (one.key === key) gl.deleteTexture(one.texture);
      tiles = tiles.filter((one) => one.key !== key);
    },
    draw(scene, left) {
      const { view, screen, channels, finest } = scene;
      begin(gl, program, scene, left);
      const { at } = program;
      // Hidden channels are not read.
      const shown = [...channels.entries()].filter(([, channel]) => channel.shown).slice(0, MOST_CHANNELS);
      gl.uniform1i(at('shown'), shown.length);
      for (const [i, [channel, { colour }]] of shown.entries()) {
        const [red, green, blue] = colour;
        gl.uniform1f(at(`channels[${i}]`), channel);
        gl.uniform3f(at(`colours[${i}]`), red / 255, green / 255, blue / 255);
      }
      // Tiles cover what is below them.
      gl.disable(gl.BLEND);
      for (const { level, place, texture, bytes } of tiles) {
        if (level < finest || !isSeen(place, view, left, screen)) continue;
        // Bytes arrive as 0 to 1 in the program.
        const whole = bytes ? 255 : 1;
        for (const [i, [, { low, high }]] of shown.entries()) {
          gl.uniform2f(at(`contrast[${i}]`), low / whole, Math.max(high, low + 1e-6) / whole);
        }
        gl.uniform4f(at('place'), place.x, place.y, place.width, place.height);
        gl.bindTexture(gl.TEXTURE_2D_ARRAY, texture);
        gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
      }
      gl.enable(gl.BLEND);
    },
    dispose() {
      clear();
      gl.deleteProgram(program.handle);
    },
  };
}

/** One channel of samples; beyond 8 bits as floats. */
function planeOf(data: Pixels['data'], channels: number, channel: number): Uint8Array | Float32Array {
  if (channels === 1 && (data instanceof Uint8Array || data instanceof Float32Array)) return data;
  const pixels = data.length / channels;
  const plane = data instanceof Uint8Array ? new Uint8Array(pixels) : new Float32Array(pixels);
  return copyChannel(data, channels, channel, plane);
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
