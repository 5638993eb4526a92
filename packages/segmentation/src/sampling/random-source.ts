/** A stream of random numbers. Whoever owns the seed hands it in, so the same seed gives the same tiles. */
export interface RandomSource {
  /** The next number, uniform in [0, 1). */
  next(): number;
}
