import { LoweringTable } from './lowering.js';

/** No preferences: the operators' own lowerings, which every ONNX runtime understands. */
export const portable = new LoweringTable();
