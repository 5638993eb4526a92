import { UsageError } from '../errors.js';

/** There is no Slurm on this computer, or it did not take what was asked for. Exit code 2. */
export class ClusterError extends UsageError {
  /** What Slurm itself said; empty where it said nothing. */
  readonly reason: string;

  constructor(message: string, reason = '') {
    super(message);
    this.reason = reason;
  }
}
