/**
 * Works on several parts at once and hands on each with its result, in the order of the parts. The next part is asked for
 * only when there is room for it.
 *
 * @param parallel how many parts are in work at most
 */
export async function* inOrder<Part, Result>(
  parts: AsyncIterable<Part>,
  parallel: number,
  work: (part: Part) => Promise<Result>,
): AsyncGenerator<readonly [Part, Result]> {
  const open: { readonly part: Part; readonly result: Promise<Result> }[] = [];
  for await (const part of parts) {
    const result = work(part);
    // A failure is told when its turn comes.
    result.catch(() => undefined);
    open.push({ part, result });
    if (open.length < parallel) continue;
    const first = open.shift();
    if (first) yield [first.part, await first.result];
  }
  for (const { part, result } of open) yield [part, await result];
}
