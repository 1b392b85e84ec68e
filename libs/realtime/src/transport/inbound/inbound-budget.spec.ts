/** The inbound budget of a client: frames, bytes and attachments are counted separately and refilled over time. */
import { InboundBudget, type InboundPolicy } from './inbound-budget';

const POLICY: InboundPolicy = {
  framesPerSecond: 4,
  frameBurst: 8,
  attachmentsPerSecond: 10,
  attachmentBurst: 20,
  bytesPerSecond: 100,
  byteBurst: 1_000,
};

let now: number;
let budget: InboundBudget;
beforeEach(() => {
  now = 0;
  budget = new InboundBudget();
});
const clock = (): number => now;
/** Binary frames count as attachments, not as frames: these have no bytes either. */
const takeAttachments = (count: number): boolean => budget.take(0, 0, clock, count);

it('inbound budget: an attachment before admission is refused', () => {
  expect(budget.take(1, 100, clock)).toBe(true);
  expect(takeAttachments(1)).toBe(false);
});

it('inbound budget: attachments do not use up frames, and frames do not use up attachments', () => {
  budget.admit(POLICY, now);
  expect(takeAttachments(20)).toBe(true);
  expect(budget.take(8, 0, clock)).toBe(true);
  expect(takeAttachments(1)).toBe(false);
});

it('inbound budget: attachments are refilled over time; after a pause at most twice their burst is accepted', () => {
  budget.admit(POLICY, now);
  expect(takeAttachments(20)).toBe(true);
  now += 1_000;
  expect(takeAttachments(10)).toBe(true);
  now += 60_000;
  // Refilled only when it is exceeded: the first 20 are covered by the refill, which leaves another full burst.
  expect(takeAttachments(20)).toBe(true);
  expect(takeAttachments(20)).toBe(true);
  expect(takeAttachments(1)).toBe(false);
});

it('inbound budget: bytes of attachments count like all others', () => {
  budget.admit(POLICY, now);
  expect(budget.take(0, 1_000, clock, 1)).toBe(true);
  expect(budget.take(0, 1, clock, 1)).toBe(false);
});

it('inbound budget: leaving the namespace and being admitted again does not refill attachments', () => {
  budget.admit(POLICY, now);
  expect(takeAttachments(20)).toBe(true);
  budget.suspend();
  budget.admit(POLICY, now);
  expect(takeAttachments(1)).toBe(false);
});

it('inbound budget: frames and attachments are refused after the end of the connection', () => {
  budget.admit(POLICY, now);
  budget.end();
  expect(budget.take(1, 1, clock)).toBe(false);
  expect(takeAttachments(1)).toBe(false);
});
