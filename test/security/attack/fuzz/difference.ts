/** Compares what two nodes made of one script, and finds the shortest script that shows a difference. */
import type { Observation } from './play';
import type { Script, Step } from './step';

/** @returns what differs, in words; undefined where nothing does. */
export function differenceOf(one: Observation, other: Observation): string | undefined {
  if (one.stuckAfter !== other.stuckAfter) return `stuck after ${String(one.stuckAfter)} / ${String(other.stuckAfter)}`;
  if (one.isClosed !== other.isClosed) return `closed: ${one.isClosed} / ${other.isClosed}`;
  if (one.controls.join() !== other.controls.join())
    return `controls: ${one.controls.join()} / ${other.controls.join()}`;
  if (one.texts.length !== other.texts.length) return `steps taken: ${one.texts.length} / ${other.texts.length}`;
  for (const [index, texts] of one.texts.entries()) {
    const others = other.texts[index] ?? [];
    // What had not been answered when the connection ended depends on how the kernel has cut the stream.
    const isLast = one.isClosed && index === one.texts.length - 1;
    const same = isLast ? isPrefix(texts, others) || isPrefix(others, texts) : ordered(texts) === ordered(others);
    if (!same) return `step ${index + 1}:\n    ${texts.join('\n    ')}\n  /\n    ${others.join('\n    ')}`;
  }
  return undefined;
}

/**
 * Answers in their order, then refusals in any: an unknown command is refused while an earlier one still waits for its turn,
 * so that it depends on when the kernel hands the bytes over which of the two is answered first.
 */
function ordered(texts: readonly string[]): string {
  const isRefusal = (text: string): boolean => text.includes('"success":false');
  return [...texts.filter((text) => !isRefusal(text)), ...texts.filter(isRefusal).sort()].join('\n');
}

const isPrefix = (short: readonly string[], long: readonly string[]): boolean =>
  short.every((text, index) => text === long[index]);

/** Leaves out steps, halves first, as long as the difference remains. */
export async function shrink(script: Script, differs: (script: Script) => Promise<boolean>): Promise<Script> {
  let { steps } = script;
  for (let size = Math.max(1, steps.length >> 1); size >= 1; size = size === 1 ? 0 : size >> 1) {
    for (let at = 0; at < steps.length;) {
      const shorter: Step[] = [...steps.slice(0, at), ...steps.slice(at + size)];
      if (shorter.length > 0 && (await differs({ ...script, steps: shorter }))) steps = shorter;
      else at += size;
    }
  }
  return { ...script, steps };
}
