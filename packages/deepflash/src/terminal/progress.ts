/** Progress of long work on the error stream: a bar on a terminal, else a line now and then. */

export interface ProgressState {
  /** What is being done: `Fold 1 of 5`. */
  readonly label: string;
  readonly done: number;
  readonly total: number;
  /** Short facts after the bar: `loss 0.41`. */
  readonly details: readonly string[];
  /** Estimated; undefined while unknown. */
  readonly secondsLeft?: number | undefined;
}

export interface Progress {
  update(state: ProgressState): void;
  /** A line of its own above the bar. */
  say(line: string): void;
  /** Leaves the last state standing and gives the line back. */
  end(): void;
}

/** What of a stream is needed; `process.stderr` is one. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Seconds between two lines where the output is no terminal. */
const LINE_EVERY = 15;
/** Seconds between two drawings of the bar. */
const DRAW_EVERY = 0.1;

export function createProgress(
  stream: ProgressStream = process.stderr,
  { now = () => performance.now() / 1000, env = process.env } = {},
): Progress {
  const isTerminal = stream.isTTY === true && env.TERM !== 'dumb';
  const colour = isTerminal && !env.NO_COLOR;
  let last: ProgressState | undefined;
  let drawn = Number.NEGATIVE_INFINITY;
  let pending = false;

  function draw(state: ProgressState): void {
    drawn = now();
    pending = false;
    if (isTerminal)
      stream.write(`\r\x1b[2K${barLine(state, stream.columns ?? 80, colour ? 'colour' : 'plain')}`);
    else stream.write(`${plainLine(state)}\n`);
  }

  function clear(): void {
    if (isTerminal && last !== undefined) stream.write('\r\x1b[2K');
  }

  return {
    update(state) {
      const fresh = last?.label !== state.label;
      if (isTerminal && fresh && last !== undefined) stream.write('\n');
      last = state;
      pending = true;
      const due = now() - drawn >= (isTerminal ? DRAW_EVERY : LINE_EVERY);
      if (due || fresh || state.done >= state.total) draw(state);
    },
    say(line) {
      clear();
      stream.write(`${line}\n`);
      if (isTerminal && last !== undefined) draw(last);
    },
    end() {
      if (last !== undefined && pending) draw(last);
      if (isTerminal && last !== undefined) stream.write('\n');
      last = undefined;
      drawn = Number.NEGATIVE_INFINITY;
    },
  };
}

/** A duration in words: `40 s`, `3 min`, `2 h 5 min`. */
export function duration(seconds: number): string {
  if (seconds < 99.5) return `${Math.max(0, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function facts({ done, total, details, secondsLeft }: ProgressState): string[] {
  const left = secondsLeft === undefined || done >= total ? [] : [`${duration(secondsLeft)} left`];
  return [`${done}/${total}`, ...left, ...details];
}

function plainLine(state: ProgressState): string {
  return `${state.label}: ${facts(state).join(', ')}`;
}

function barLine(state: ProgressState, columns: number, style: 'colour' | 'plain'): string {
  const text = facts(state).join('  ');
  const room = columns - 1 - state.label.length - text.length - 4;
  const cells = Math.min(30, room);
  if (cells < 5) return `${state.label}  ${text}`.slice(0, columns - 1);
  const full = Math.round((cells * Math.min(state.done, state.total)) / Math.max(1, state.total));
  const filled = '█'.repeat(full);
  const empty = '░'.repeat(cells - full);
  const bar = style === 'colour' ? `\x1b[36m${filled}\x1b[90m${empty}\x1b[0m` : filled + empty;
  return `${state.label}  ${bar}  ${text}`;
}
