/** Tries one device in a process of its own, since a missing driver may crash it or print what nobody understands. */
import { messageOf } from '../errors.js';
import { convolutionSpeed, DEVICES } from './speed.js';

const device = DEVICES.find((name) => name === process.argv[2]) ?? 'cpu';
try {
  process.send?.({ gigaflops: await convolutionSpeed(device) }, () => process.exit(0));
} catch (error) {
  process.send?.({ problem: messageOf(error) }, () => process.exit(0));
}
