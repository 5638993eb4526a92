/**
 * UNet++ (Zhou et al. 2018): between encoder and decoder of a U-Net lie further blocks, and each sees all blocks of its
 * size that are deeper in the U.
 *
 * Block x_D_L makes features of level L (0 is the first above the deepest) on the path that begins D levels up. It
 * enlarges x_D_(L-1), or at the beginning of its path (D = L) the encoder's features, and joins them with x_(D+1)_L to
 * x_L_L and the encoder's features of its level.
 */
import { concat, type Graph, type Value } from '@deepflash/engine';
import type { Architecture } from './architecture.js';
import { centerBlock, unetBlock, unetChannels } from './decoder-blocks.js';

export const unetPlusPlus: Architecture = {
  depth: 5,
  outputStride: 32,
  smallest: 1,
  channels: unetChannels,
  head: { kernel: 3, enlarge: 'before' },
  decode(builder, features, { channels, center }) {
    const levels = features.slice(1).reverse();
    const [deepest] = levels;
    if (!deepest) throw new RangeError('The encoder has no features.');
    // The reference makes the block and never runs it: its weights are there, its statistics stay as they are.
    if (center) centerBlock({ ...builder, mode: 'evaluate' }, 'decoder.center', deepest);
    const first = builder.graph.variables.length;
    /** Of the level before: the result of each path. */
    let below: readonly Value[] = [];
    for (const [level, skip] of levels.slice(1).entries()) {
      const made: Value[] = [];
      for (let path = level; path >= 0; path--) {
        const start = below[path] ?? levels[level];
        if (!start) throw new RangeError(`The encoder has no features of level ${level}.`);
        const filters = path === 0 ? (channels[level] ?? 0) : (skip.shape[1] ?? 0);
        const neighbours: [Value, ...Value[]] = [skip];
        neighbours.unshift(...made.slice(path + 1));
        made[path] = unetBlock(builder, blockName(path, level), start, {
          skip: concat(neighbours, 1),
          filters,
        });
      }
      below = made;
    }
    const last = channels.length - 1;
    const outermost = below[0] ?? deepest;
    const result = unetBlock(builder, blockName(0, last), outermost, {
      skip: undefined,
      filters: channels[last] ?? 0,
    });
    inOrderOfNames(builder.graph, first);
    return result;
  },
};

function blockName(path: number, level: number): string {
  return `decoder.blocks.x_${path}_${level}`;
}

/** Brings the variables from `first` on into PyTorch's order: level by level, in each the outermost path first. */
function inOrderOfNames(graph: Graph, first: number): void {
  const place = (name: string): number => {
    const [, path = 0, level = 0] = (/x_(\d+)_(\d+)/.exec(name) ?? []).map(Number);
    return level * 100 + path;
  };
  const added = graph.variables.splice(first);
  graph.variables.push(...added.sort((a, b) => place(a.name) - place(b.name)));
}
