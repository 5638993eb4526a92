/** Times training steps of one network in a process of its own, whose memory is then that of the training. */
import { messageOf } from '../errors.js';
import { networkNames } from './catalogue.js';
import { trainingSpeed } from './speed.js';

const [, , architecture, encoder, threads] = process.argv;
try {
  const name = networkNames().find(
    (candidate) => candidate.architecture === architecture && candidate.encoder === encoder,
  );
  if (name === undefined) throw new Error(`There is no network ${architecture}/${encoder}.`);
  const secondsPerStep = await trainingSpeed(name, threads === undefined ? undefined : Number(threads));
  const memoryMB = process.resourceUsage().maxRSS / 1024;
  process.send?.({ secondsPerStep, memoryMB }, () => process.exit(0));
} catch (error) {
  process.send?.({ problem: messageOf(error) }, () => process.exit(0));
}
