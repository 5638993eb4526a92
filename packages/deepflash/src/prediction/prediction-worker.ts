/** The inside of a thread of `startPredictionThread`. */
import { parentPort, workerData } from 'node:worker_threads';
import { nodeRuntime } from '@deepflash/engine/node';
import { ModelOutputError, predictorInThread, type TilePredictor } from '@deepflash/segmentation';
import { messageOf, UsageError } from '../errors.js';
import { openEnsemble } from './ensemble.js';
import type { PredictionThreadData, ThreadReply, ThreadRequest } from './prediction-thread.js';

const { files, foreign, threads }: PredictionThreadData = workerData;
const opened = openModels();
const predictors = new Map<string, TilePredictor>();

/** What it is at. What keeps the models from being opened is told with the answers. */
let work: Promise<unknown> = opened.catch(() => undefined);

parentPort?.on('message', async (request: ThreadRequest) => {
  if (request === 'close') {
    await work;
    parentPort?.close();
    return;
  }
  const answer = answerTo(request);
  work = answer;
  const reply = await answer;
  parentPort?.postMessage(reply, reply.kind === 'answer' ? [reply.answer.buffer] : []);
});

async function openModels() {
  const runtime = await nodeRuntime({ device: 'cpu', threads });
  return (await openEnsemble(runtime, files, undefined, foreign)).models;
}

async function answerTo(request: Exclude<ThreadRequest, 'close'>): Promise<ThreadReply> {
  try {
    const models = await opened;
    if (request === 'opened') return { kind: 'opened' };
    const { ways, tiles } = request;
    const key = JSON.stringify(ways);
    const predictor = predictors.get(key) ?? predictorInThread(models, ways);
    predictors.set(key, predictor);
    return { kind: 'answer', answer: await predictor.predict(tiles) };
  } catch (error) {
    if (error instanceof ModelOutputError) {
      const { model, problem, remedy } = error;
      return { kind: 'output', model, problem, remedy };
    }
    const kind = error instanceof UsageError ? 'usage' : 'other';
    return { kind, message: messageOf(error), stack: error instanceof Error ? error.stack : undefined };
  }
}
