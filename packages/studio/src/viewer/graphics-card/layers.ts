/** Layers as textures of numbers; a stroke sends only the rectangle that it touched. */
import type { Rectangle, Samples } from '../../api.ts';
import { CLASS_COLOURS } from '../colours.ts';
import { type Layer, outlineReach, type Scene } from '../scene.ts';
import { begin, compile } from './program.ts';
import { CLASSES, HEAT } from './shaders.ts';

export interface CardLayers {
  update(data: Samples, width: number, area: Rectangle): void;
  draw(layer: Layer, scene: Scene, left: number): void;
  /** Lets go of the layers that were not drawn since it was called before. */
  sweep(): void;
  dispose(): void;
}

const COLOURING = { classes: 0, objects: 1, 'one-colour': 2, numbered: 3, 'numbered-classes': 4 } as const;

export function cardLayers(gl: WebGL2RenderingContext): CardLayers {
  const [numbers, heat] = [compile(gl, CLASSES), compile(gl, HEAT)];
  const textures = new Map<Samples, { readonly texture: WebGLTexture; used: boolean }>();

  function textureOf({ data, width, height }: Layer): WebGLTexture {
    const known = textures.get(data);
    if (known !== undefined) {
      known.used = true;
      return known.texture;
    }
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    const [inside, format, type] = formatOf(gl, data);
    gl.texStorage2D(gl.TEXTURE_2D, 1, inside, width, height);
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, height, format, type, data);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    textures.set(data, { texture, used: true });
    return texture;
  }

  return {
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
    draw(layer, scene, left) {
      const texture = textureOf(layer);
      const program = layer.kind === 'heat' ? heat : numbers;
      const { at } = program;
      begin(gl, program, scene, left);
      gl.bindTexture(gl.TEXTURE_2D, texture);
      const over = layer.over ?? layer;
      gl.uniform4f(at('place'), 0, 0, over.width, over.height);
      gl.uniform2f(at('size'), layer.width, layer.height);
      gl.uniform1f(at('opacity'), layer.opacity);
      if (layer.kind !== 'heat') {
        gl.uniform1i(at('shape'), { filled: 0, outline: 1, both: 2 }[layer.shape]);
        gl.uniform1i(at('colouring'), COLOURING[layer.kind]);
        gl.uniform1ui(at('marked'), layer.marked ?? 0);
        gl.uniform1f(at('reach'), outlineReach(layer, scene.view));
        const palette = layer.colour === undefined ? CLASS_COLOURS : [layer.colour];
        for (const [i, [red, green, blue]] of palette.entries()) {
          gl.uniform3f(at(`palette[${i}]`), red / 255, green / 255, blue / 255);
        }
      }
      gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
    },
    sweep() {
      for (const [data, one] of textures) {
        if (!one.used) {
          gl.deleteTexture(one.texture);
          textures.delete(data);
        }
        one.used = false;
      }
    },
    dispose() {
      for (const { texture } of textures.values()) gl.deleteTexture(texture);
      textures.clear();
      for (const { handle } of [numbers, heat]) gl.deleteProgram(handle);
    },
  };
}

function formatOf(gl: WebGL2RenderingContext, data: Samples): readonly [number, number, number] {
  if (data instanceof Float32Array) return [gl.R32F, gl.RED, gl.FLOAT];
  if (data instanceof Uint32Array) return [gl.R32UI, gl.RED_INTEGER, gl.UNSIGNED_INT];
  if (data instanceof Uint16Array) return [gl.R16UI, gl.RED_INTEGER, gl.UNSIGNED_SHORT];
  return [gl.R8UI, gl.RED_INTEGER, gl.UNSIGNED_BYTE];
}
