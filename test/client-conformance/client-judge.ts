/** Plays the steps with a client program, several at a time, and judges each. */
import type { ServerProcess } from '../support/servers/server';
import { ClientFault } from './client-program';
import type { StepName } from './client-protocol';
import type { ConformanceNodes } from './conformance-nodes';
import { type ClientCommand, Stage } from './stage';
import type { ConformanceStep } from './steps/conformance-step';
import { CONFORMANCE_STEPS } from './steps/conformance-steps';

export interface StepVerdict {
  readonly step: StepName;
  readonly outcome: 'passed' | 'failed' | 'unsupported';
  /** What is expected or, if it failed, what happened. */
  readonly text: string;
}

export interface JudgeOptions {
  readonly steps?: readonly ConformanceStep[];
  /** For each thing that the client has to do. */
  readonly deadlineMs?: number;
  /** Called in the order of the steps. */
  readonly onVerdict?: (verdict: StepVerdict) => void;
}

const DEADLINE_MS = 30_000;
const SIMULTANEOUS_STEPS = 4;

export async function judgeClient(
  nodes: ConformanceNodes,
  client: ClientCommand,
  { steps = CONFORMANCE_STEPS, deadlineMs = DEADLINE_MS, onVerdict }: JudgeOptions = {},
): Promise<StepVerdict[]> {
  const pending = steps.map((step) => {
    let start = (): void => undefined;
    const started = new Promise<void>((resolve) => (start = resolve));
    return { start, verdict: started.then(() => judgeStep(nodes, client, step, deadlineMs)) };
  });
  const waiting = [...pending];
  const next = async (): Promise<void> => {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      one.start();
      await one.verdict;
    }
  };
  const played = Promise.all(Array.from({ length: SIMULTANEOUS_STEPS }, next));
  const verdicts: StepVerdict[] = [];
  for (const { verdict } of pending) {
    verdicts.push(await verdict);
    onVerdict?.(await verdict);
  }
  await played;
  return verdicts;
}

/** Never rejects: a step that breaks is one that has failed, and the others are judged. */
async function judgeStep(
  nodes: ConformanceNodes,
  client: ClientCommand,
  step: ConformanceStep,
  deadlineMs: number,
): Promise<StepVerdict> {
  const { name, expects } = step;
  let ownNode: ServerProcess | undefined;
  let stage: Stage | undefined;
  try {
    if (step.needsOwnNode) ownNode = await nodes.startNode();
    stage = await Stage.open(nodes.url, ownNode?.url ?? nodes.url, name, client, deadlineMs);
    const { lacks } = await stage.program.next('hello', deadlineMs);
    if (lacks.includes(name) && step.isOptional) return { step: name, outcome: 'unsupported', text: expects };
    if (lacks.includes(name)) throw new ClientFault(`got "${name}" in "lacks", but every client can play it`);
    await step.play(stage, ownNode);
    await stage.expectLastingResult();
    return { step: name, outcome: 'passed', text: expects };
  } catch (error) {
    const { message } = error as Error;
    const text = error instanceof ClientFault ? message : `the step could not be played: ${message}`;
    return { step: name, outcome: 'failed', text };
  } finally {
    await stage?.close();
    ownNode?.kill('SIGKILL');
  }
}

/** One line for each verdict. */
export function verdictLine({ step, outcome, text }: StepVerdict): string {
  if (outcome === 'passed') return `✓ ${step}: ${text}`;
  if (outcome === 'unsupported') return `– ${step}: not supported`;
  return `✗ ${step}: ${text}; what to do: see docs/conformance.md#${step}`;
}
