/** Programs of the graphics card: channels in their colours, and what lies over them. */

/** Of a rectangle of the image, in pixels, to its place on the screen. */
export const PLACE = `#version 300 es
precision highp float;
uniform vec4 place;     // x, y, width, height in pixels of the image
uniform vec3 view;      // scale, x, y in pixels of the screen
uniform vec2 screen;
out vec2 at;            // 0 to 1 in the rectangle
const vec2 corners[4] = vec2[4](vec2(0, 0), vec2(1, 0), vec2(0, 1), vec2(1, 1));
void main() {
  at = corners[gl_VertexID];
  vec2 pixel = (place.xy + at * place.zw) * view.x + view.yz;
  gl_Position = vec4(pixel / screen * vec2(2, -2) + vec2(-1, 1), 0, 1);
}`;

/** Up to eight channels that are shown, each stretched between its darkest and brightest value, added in their colours. */
export const CHANNELS = `#version 300 es
precision highp float;
precision highp sampler2DArray;
uniform sampler2DArray samples;
uniform int shown;
uniform float channels[8]; // which of the samples
uniform vec2 contrast[8];
uniform vec3 colours[8];
in vec2 at;
out vec4 colour;
void main() {
  vec3 sum = vec3(0);
  for (int c = 0; c < shown; c++) {
    float value = texture(samples, vec3(at, channels[c])).r;
    sum += colours[c] * clamp((value - contrast[c].x) / (contrast[c].y - contrast[c].x), 0.0, 1.0);
  }
  colour = vec4(min(sum, vec3(1)), 1);
}`;

/** Numbers of classes or objects: filled, or the outline of each alone. */
const NUMBERS = (sampler: string) => `#version 300 es
precision highp float;
precision highp int;
precision highp ${sampler};
uniform ${sampler} numbers;
uniform vec2 size;
uniform float opacity;
uniform int shape;        // 0 filled, 1 outline, 2 both
uniform int colouring;    // 0 by class, 1 by object, 2 all alike; of number + 65536 x class: 3 by object, 4 by class
uniform vec3 palette[6];
uniform uint marked;      // the object that is shown bright; 0 none
uniform float reach;      // pixels of the image across which an outline goes
in vec2 at;
out vec4 colour;
uint numberAt(vec2 pixel) {
  ivec2 p = ivec2(clamp(pixel, vec2(0), size - 1.0));
  return uint(texelFetch(numbers, p, 0).r);
}
vec3 colourOf(uint number) {
  if (colouring == 0) return palette[(number - 1u) % 6u];
  if (colouring == 2) return palette[0];
  if (colouring == 4) return palette[((number >> 16) - 1u) % 6u];
  float hue = fract(float(colouring == 3 ? number & 0xffffu : number) * 0.61803398875);
  return clamp(abs(fract(hue + vec3(0, 2.0 / 3.0, 1.0 / 3.0)) * 6.0 - 3.0) - 1.0, 0.0, 1.0) * 0.75 + 0.25;
}
void main() {
  vec2 pixel = at * size;
  uint number = numberAt(pixel);
  if (number == 0u) discard;
  bool edge = numberAt(pixel + vec2(reach, 0)) != number || numberAt(pixel - vec2(reach, 0)) != number
    || numberAt(pixel + vec2(0, reach)) != number || numberAt(pixel - vec2(0, reach)) != number;
  if (shape == 1 && !edge) discard;
  float strength = shape == 0 ? opacity : edge ? max(opacity, 0.9) : opacity * 0.6;
  if (marked == number) { colour = vec4(1, 1, 1, edge ? 1.0 : 0.3); return; }
  colour = vec4(colourOf(number), strength);
}`;
export const CLASSES = NUMBERS('usampler2D');

/** From 0, clear, to 1, bright. */
export const HEAT = `#version 300 es
precision highp float;
uniform sampler2D numbers;
uniform vec2 size;
uniform float opacity;
in vec2 at;
out vec4 colour;
void main() {
  float value = clamp(texelFetch(numbers, ivec2(min(at * size, size - 1.0)), 0).r, 0.0, 1.0);
  vec3 heat = vec3(1, max(0.0, 2.0 * value - 0.6), 0.5 * value * value * value);
  colour = vec4(heat, opacity * min(1.0, 1.6 * value));
}`;
