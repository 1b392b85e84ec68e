/** Compares how two nodes reacted to one script, and finds the shortest script that shows a difference. */
import type { ScriptObservation } from './script-player';
import type { FuzzScript, FuzzStep } from './fuzz-script';

/** @returns a description of the first difference, or undefined. */
export function differenceOf(left: ScriptObservation, right: ScriptObservation): string | undefined {
  if (left.stuckAfter !== right.stuckAfter)
    return `stuck after ${String(left.stuckAfter)} / ${String(right.stuckAfter)}`;
  if (left.isClosed !== right.isClosed) return `closed: ${left.isClosed} / ${right.isClosed}`;
  if (left.controls.join() !== right.controls.join())
    return `controls: ${left.controls.join()} / ${right.controls.join()}`;
  if (left.texts.length !== right.texts.length) return `steps taken: ${left.texts.length} / ${right.texts.length}`;
  for (const [index, texts] of left.texts.entries()) {
    const others = right.texts[index] ?? [];
    // Which commands were answered before the connection closed depends on how the kernel split the stream.
    const isLast = left.isClosed && index === left.texts.length - 1;
    const same = isLast ? isPrefix(texts, others) || isPrefix(others, texts) : ordered(texts) === ordered(others);
    if (!same) return `step ${index + 1}:\n    ${texts.join('\n    ')}\n  /\n    ${others.join('\n    ')}`;
  }
  return undefined;
}

/**
 * Answers in order, then refusals sorted: an unknown command is refused while an earlier command is still queued, so which of
 * the two is answered first depends on when the kernel delivers the bytes.
 */
function ordered(texts: readonly string[]): string {
  const isRefusal = (text: string): boolean => text.includes('"success":false');
  return [...texts.filter((text) => !isRefusal(text)), ...texts.filter(isRefusal).sort()].join('\n');
}

const isPrefix = (short: readonly string[], long: readonly string[]): boolean =>
  short.every((text, index) => text === long[index]);

/** Removes steps, halves first, as long as the difference remains. */
export async function shrink(
  script: FuzzScript,
  differs: (script: FuzzScript) => Promise<boolean>,
): Promise<FuzzScript> {
  let { steps } = script;
  for (let size = Math.max(1, steps.length >> 1); size >= 1; size = size === 1 ? 0 : size >> 1) {
    for (let at = 0; at < steps.length;) {
      const shorter: FuzzStep[] = [...steps.slice(0, at), ...steps.slice(at + size)];
      if (shorter.length > 0 && (await differs({ ...script, steps: shorter }))) steps = shorter;
      else at += size;
    }
  }
  return { ...script, steps };
}
