/** Inputs that take no text, so that letters and Space mean there what they mean everywhere. */
const NO_TEXT = new Set('button checkbox color file image radio range reset submit'.split(' '));

/** Whether keys are text that somebody types there; a choice in a list that is not searched takes none. */
export function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !target.readOnly && !NO_TEXT.has(target.type);
  if (target instanceof HTMLTextAreaElement) return !target.readOnly;
  return target instanceof HTMLElement && target.isContentEditable;
}
