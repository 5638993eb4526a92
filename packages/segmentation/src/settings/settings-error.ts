/** Settings that cannot be used: all that is wrong with them, not only the first thing. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly kind = 'settings';
  /** One sentence without a full stop for each fault. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    const [first = 'they cannot be read'] = problems;
    super(
      problems.length === 1
        ? `The settings cannot be used: ${first}.`
        : `The settings have ${problems.length} faults:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
    this.problems = problems;
  }
}
