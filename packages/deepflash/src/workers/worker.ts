/** The inside of a thread of `startThread`. */
import { parentPort } from 'node:worker_threads';
import { explain, messageOf } from '../errors.js';
import { type TaskInput, type TaskName, tasks } from './tasks.js';
import type { TaskReply, TaskRequest } from './thread.js';

parentPort?.on('message', async ({ name, input }: TaskRequest) => {
  parentPort?.postMessage(await reply(name, input));
});

async function reply<Name extends TaskName>(name: Name, input: TaskInput<Name>): Promise<TaskReply> {
  try {
    return { result: await tasks[name](input) };
  } catch (error) {
    return { failure: explain(error), stack: (error instanceof Error && error.stack) || messageOf(error) };
  }
}
