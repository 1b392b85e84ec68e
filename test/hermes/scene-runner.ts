/** Runs scenes one after the other where there is no test runner, and prints the counts as the last line. */

declare const print: (text: string) => void;

interface Scene {
  readonly name: string;
  readonly play: () => void | Promise<void>;
}

const scenes: Scene[] = [];

export function scene(name: string, play: Scene['play']): void {
  scenes.push({ name, play });
}

/** Compares values that are JSON. @throws Error if they differ. */
export function equal(actual: unknown, expected: unknown): void {
  const [seen, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (seen !== wanted) throw new Error(`is       ${seen}\n  expected ${wanted}`);
}

export async function run(): Promise<void> {
  let failed = 0;
  for (const { name, play } of scenes)
    try {
      await play();
      print(`✓ ${name}`);
    } catch (error) {
      failed += 1;
      const { message, stack } = error as Error;
      print(`✗ ${name}\n  ${message}\n${stack ?? ''}`);
    }
  print(`${scenes.length - failed} passed, ${failed} failed`);
}
