/** What a text says as JSON; undefined where it is none, such as a line that a crash cut off. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
