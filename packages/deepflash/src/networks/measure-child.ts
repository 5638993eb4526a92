/** Times training steps of one network in a process of its own, whose memory is then that of the training. */
import { messageOf } from '../errors.js';
import { type TimedTraining, trainingSpeed } from './speed.js';

process.on('message', (timed: TimedTraining) => void measure(timed));

async function measure(timed: TimedTraining): Promise<void> {
  try {
    const secondsPerStep = await trainingSpeed(timed);
    const memoryMB = process.resourceUsage().maxRSS / 1024;
    process.send?.({ secondsPerStep, memoryMB }, () => process.exit(0));
  } catch (error) {
    process.send?.({ problem: messageOf(error) }, () => process.exit(0));
  }
}
