import type { LabelImage } from '../metrics/objects.js';
export declare function separateInstances(labels: LabelImage): Uint8Array;
