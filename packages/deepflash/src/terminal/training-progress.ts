import type { RunEvent } from '../runs/events.js';
import type { Progress } from './progress.js';

/** Shows the events of a training of so many networks: steps a second, time left, loss and Dice. */
export function trainingProgress(progress: Progress, models: number): (event: RunEvent) => void {
  let speed = 0;
  let dice: number | undefined;
  return (event) => {
    if (event.type === 'started') {
      dice = undefined;
    } else if (event.type === 'step') {
      // The first steps are slow, since memory is being set up.
      const fresh = speed === 0 || event.step <= 3;
      speed = fresh ? 1 / event.seconds : 1 / (0.9 / speed + 0.1 * event.seconds);
      const open = event.steps - event.step + (models - event.fold) * event.steps;
      progress.update({
        label: label(event.fold, models, 'training'),
        done: event.step,
        total: event.steps,
        secondsLeft: event.step < 3 ? undefined : open / speed,
        details: [
          `${speed.toPrecision(2)} steps/s`,
          `loss ${event.loss.toFixed(3)}`,
          ...(dice === undefined ? [] : [`Dice ${dice.toFixed(3)}`]),
        ],
      });
    } else if (event.type === 'metric') {
      dice = event.dice;
    } else if (event.type === 'validated') {
      progress.update({
        label: label(event.fold, models, 'held-out images'),
        done: event.done,
        total: event.total,
        details: [`Dice ${event.dice.toFixed(3)}`],
      });
    } else if (event.type === 'warning') {
      progress.say(`Note: ${event.message}`);
    }
  };
}

function label(fold: number, models: number, what: string): string {
  return models === 1 ? capitalised(what) : `Network ${fold} of ${models}, ${what}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
