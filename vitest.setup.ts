import fc from 'fast-check';

// Property tests draw the same cases each time, so that a failure means a change of the code.
// FAST_CHECK_SEED=N npm test explores others.
fc.configureGlobal({ seed: Number(process.env.FAST_CHECK_SEED ?? 1) });
